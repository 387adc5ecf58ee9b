"""What the templates of forms ask about a field: which kind it is, and its widget with Bootstrap's class."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

register = template.Library()
register.filter("attributes", flatatt)

_KINDS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.CheckboxInput, "checkbox", "form-check-input"),
    (forms.RadioSelect, "choices", "form-check-input"),  # CheckboxSelectMultiple is one as well
    (forms.FileInput, "file", "form-control"),
    (forms.Select, "select", "form-select"),
)


@register.filter
def kind(field: BoundField) -> str:
    """hidden, checkbox, choices, file, select or input."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    return next((kind for shape, kind, _ in _KINDS if isinstance(widget, shape)), "input")


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The widget with Bootstrap's class beside its own; red when the field has errors."""
    widget = field.field.widget
    classes = [widget.attrs.get("class", "")]
    classes.append(next((name for shape, _, name in _KINDS if isinstance(widget, shape)), "form-control"))
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})
