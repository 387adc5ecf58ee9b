"""How a form's field is drawn: label, widget, help and errors in Bootstrap's words.

In Python, not in a template: our busiest pages are mostly fields, and a template that asks thirty questions about each
takes five times as long. Crispy's layouts come here as well (`bootstrap5/field.html`), and so does every `<input>` and
`<select>` of Django's own (`FORM_RENDERER`): its templates include two more for each attribute and choice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.template.loader import get_template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_NOTHING = SafeString("")
_REQUIRED = SafeString('<span class="asteriskField">*</span>')
_FILE = "bootstrap5/layout/field_file.html"
_INPUTS = ("input", "text", "number", "email", "tel", "url", "search", "password", "hidden", "date", "datetime", "time",
           "checkbox")  # fmt: skip


@register.filter
def boxed(field: BoundField) -> SafeString:
    """The whole field."""
    widget = field.field.widget
    if widget.is_hidden:
        return field.as_widget()
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="mb-3"><div id="div_{}" class="form-check">{}{}{}{}</div></div>\n',
            field.auto_id, drawn(field), _label(field, "form-check-label"), _errors(field), _help(field),
        )  # fmt: skip
    if field.use_fieldset:
        said = format_html(' aria-describedby="{}"', field.aria_describedby) if field.aria_describedby else _NOTHING
        return format_html(
            '<div id="div_{}" class="mb-3"><fieldset{}><legend class="form-label fs-6{}">{}{}</legend>{}{}{}'
            "</fieldset></div>\n",
            field.auto_id, said, *_name(field), drawn(field), _errors(field), _help(field),
        )  # fmt: skip
    label = _label(field, "form-label") if field.label else _NOTHING
    if isinstance(widget, forms.FileInput):  # says what is already there, and its own errors and help
        inside = get_template(_FILE).render({"field": field, "form_show_errors": True})
    else:
        inside = drawn(field) + _errors(field) + _help(field)
    return format_html('<div id="div_{}" class="mb-3">{}{}</div>\n', field.auto_id, label, inside)


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The widget alone; red when the field has errors."""
    widget = field.field.widget
    red = " is-invalid" if field.errors else ""
    if isinstance(widget, forms.RadioSelect):  # CheckboxSelectMultiple is one as well
        return _all(_choice(choice, red) for choice in field.subwidgets)
    shape = "form-control"
    if isinstance(widget, forms.Select):
        shape = "form-select"
    elif isinstance(widget, forms.CheckboxInput):
        shape = "form-check-input"
    own = f"{widget.attrs['class']} " if "class" in widget.attrs else ""
    return field.as_widget(attrs={"class": f"{own}{shape}{red}"})


class Renderer(TemplatesSetting):
    """Draws inputs and selects here, every other widget by its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = {} if widget["value"] is None else {"value": str(widget["value"])}
    return format_html(
        "<input{}>", _attributes({"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]})
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    attrs = _attributes({"name": widget["name"], **widget["attrs"]})
    return format_html("<select{}>{}</select>", attrs, _options(widget["optgroups"]))


_DRAWN = {f"django/forms/widgets/{name}.html": _input for name in _INPUTS} | {
    "django/forms/widgets/select.html": _select
}


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """An element's attributes: True is the bare name, False and None are left out."""
    return _all(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in attrs.items()
        if value is not False and value is not None
    )


def _options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """The choices of a `<select>`."""
    lines: list[str] = []
    for group, choices, _ in groups:
        inside = [
            f'<option value="{escape(one["value"])}"{_attributes(one["attrs"])}>{escape(one["label"])}</option>'
            for one in choices
        ]
        lines += [f'<optgroup label="{escape(group)}">', *inside, "</optgroup>"] if group else inside
    return _all(lines)


def _all(parts: Iterable[str]) -> SafeString:
    """Parts whose values are escaped, one after the other."""
    return mark_safe("".join(parts))  # noqa: S308


def _choice(choice: Any, red: str) -> SafeString:
    data = choice.data
    return format_html(
        '<div class="form-check"><input type="{}" class="form-check-input{}" name="{}" value="{}"{}>'
        '<label for="{}" class="form-check-label">{}</label></div>',
        data["type"], red, data["name"], data["value"], _attributes(data["attrs"]), choice.id_for_label,
        choice.choice_label,
    )  # fmt: skip


def _name(field: BoundField) -> tuple[str, str, SafeString]:
    """The class of a label, its words, and the mark of what has to be filled in."""
    words = str(field.label)
    return (" requiredField", words, _REQUIRED) if field.field.required else ("", words, _NOTHING)


def _label(field: BoundField, shape: str) -> SafeString:
    return format_html('<label for="{}" class="{}{}">{}{}</label>', field.id_for_label, shape, *_name(field))


def _errors(field: BoundField) -> SafeString:
    """Always below the widget, whatever its kind; `aria-describedby` of the widget names them."""
    if not field.errors:
        return _NOTHING
    lines = [
        format_html('<p id="error_{}_{}"><strong>{}</strong></p>', place, field.auto_id, error)
        for place, error in enumerate(field.errors, start=1)
    ]
    return format_html('<div id="{}_error" class="invalid-feedback d-block">{}</div>', field.auto_id, _all(lines))


def _help(field: BoundField) -> SafeString:
    if not field.help_text:
        return _NOTHING
    return format_html('<div id="{}_helptext" class="form-text">{}</div>', field.auto_id, mark_safe(field.help_text))  # noqa: S308
