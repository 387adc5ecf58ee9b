"""The underwriters' console: the queue of referrals (引受照会), the case on one page, and the decision.

Nothing is typed into tables here: every deed is an action of `quotes.actions` (`admin/deeds.py`).
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from accounts.models import Role, User
from accounts.queries import working_staff
from accounts.screen import person
from core.clock import now, today
from core.doors import perform
from core.errors import Refused
from core.screens import why_not
from customers.models import Customer
from products.queries import products_sold_on
from quotes.admin.deeds import DEEDS
from quotes.admin.filters import ClockFilter, OrderFilter, OwnerFilter, ProductFilter, StatusFilter
from quotes.authority import Standing
from quotes.casefile import case_page
from quotes.forms.deciding import DecisionForm, HandForm
from quotes.models import Referral
from quotes.permissions import check_can_read_referrals
from quotes.queue import in_turn, queue_line, queue_rows, tallies
from quotes.states import ReferralStatus
from quotes.underwriting import standing_of

QUEUE, CASE, DECIDE = "quotes_referral_changelist", "quotes_referral_change", "quotes_referral_decide"
NEXT_UP = 10


@admin.register(Referral)
class ReferralAdmin(ModelAdmin):
    """Only the own agency's referrals, only for the console's roles, and nothing of it typed into a table."""

    change_list_template = "console/queue.html"
    list_display = ("status", "due_on")
    list_filter = (StatusFilter, ClockFilter, OwnerFilter, ProductFilter, OrderFilter)
    search_fields = ("quote__number",)  # and the customer, see get_search_results
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_urls(self) -> list[URLPattern]:
        """The queue, the case, the decision; none of the admin's forms."""
        own = self.admin_site.admin_view
        return [
            path("", own(self.changelist_view), name=QUEUE),
            path("<int:pk>/", own(self.case_view), name=CASE),
            path("<int:pk>/<slug:deed>/", own(self.decide_view), name=DECIDE),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated and why_not(check_can_read_referrals, request.user) is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Referral]:
        return Referral.objects.visible_to(request.user)

    def get_ordering(self, request: HttpRequest) -> Any:
        return in_turn(request.GET.get("sort", ""))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Referral], search_term: str
    ) -> tuple[QuerySet[Referral], bool]:
        """By quote number or its beginning, or by customer (name, kana, number, 法人番号)."""
        words = search_term.strip()
        if not words:
            return queryset, False
        customers = Customer.objects.visible_to(request.user).search(words).values("pk")
        number = Q(quote__number__istartswith=words)
        return queryset.filter(number | Q(quote__customer__in=customers)), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue. Counts link to the rows they count."""
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            changes, at = response.context_data["cl"], now()
            page = queue_rows(Referral.objects.filter(pk__in=[row.pk for row in changes.result_list]))
            changes.full_result_count = changes.result_count  # the theme's headline leaves the counting to the page
            response.context_data |= {
                "title": "引受照会",
                "tallies": tallies(self.get_queryset(request), today()),
                "pages": changes.paginator.get_elided_page_range(changes.page_num),
                "lines": [queue_line(referral, at) for referral in page.order_by(*self.get_ordering(request))],
            }
        return response

    def case_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The case on one page."""
        return self._page(request, self._find(request, pk))

    def decide_view(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """Decide, or say why not. A form that was opened before somebody else decided ends with that sentence."""
        referral, way = self._find(request, pk), DEEDS.get(deed)
        if way is None:
            raise Http404
        here = redirect(f"admin:{CASE}", pk)
        if request.method != "POST":
            return here
        standing = standing_of(referral, today())
        if reason := way.why_not(referral, person(request), standing):
            _say_no(request, referral, reason)
            return here
        form = _form(deed, referral, standing, person(request), request.POST)
        if form.is_valid():
            try:
                perform(way.action, referral=referral, by=request.user, at=now(), **form.facts())
            except Refused as refusal:
                referral = self._find(request, pk)
                if reason := way.why_not(referral, person(request), standing_of(referral, today())):
                    _say_no(request, referral, reason)
                    return here
                form.refuse(refusal)
            else:
                messages.success(request, f"見積{referral.quote.number}: {way.done}")
                return here
        return self._page(request, referral, deed, form)

    def _find(self, request: HttpRequest, pk: int) -> Referral:
        """The referral of the own agency with what its page shows, or 404."""
        rows = self.get_queryset(request).select_related(
            "quote__customer", "quote__product_version__product", "quote__in_charge", "quote__renewal_of",
            "asked_by", "decided_by", "assigned_to",
        )  # fmt: skip
        referral = rows.filter(pk=pk).first() if self.has_view_permission(request) else None
        if referral is None:
            raise Http404
        return referral

    def _page(
        self, request: HttpRequest, referral: Referral, deed: str = "", form: DecisionForm | None = None
    ) -> HttpResponse:
        user = person(request)
        standing = standing_of(referral, today())
        deeds = []
        for code, way in DEEDS.items():
            reason = way.why_not(referral, user, standing)
            shown = form if code == deed else None if reason else _form(code, referral, standing, user)
            deeds.append({"code": code, "deed": way, "reason": reason, "form": shown, "is_open": code == deed})
        context = {
            **self.admin_site.each_context(request),
            **case_page(referral, standing, user, now()),
            "title": f"引受照会 {referral.quote.number}",
            "deeds": deeds,
        }
        return TemplateResponse(request, "console/case.html", context, status=422 if form is not None else 200)


def _form(deed: str, referral: Referral, standing: Standing, user: User, data: Any = None) -> DecisionForm:
    way = DEEDS[deed]
    people: list[User] = []
    if way.form is HandForm:
        staff = working_staff(user.agency_id, today()).filter(role=Role.UNDERWRITER).exclude(pk=user.pk)
        people = list(staff.filter(pk__in=standing.able()) if way.only_able else staff)
    options = referral.quote.options.all()
    return way.form(data, options=options, colleagues=people, auto_id=f"{deed}_%s")


def _say_no(request: HttpRequest, referral: Referral, reason: str) -> None:
    """The second click of the one who decided is no mistake; everybody else is told why not."""
    if referral.decided_by_id == person(request).pk:
        messages.info(request, f"この照会の判断は記録済みです({referral.get_decision_display()})。")
    else:
        messages.error(request, reason)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The console's first page: how many wait, who is next, and what is sold today."""
    at, on = now(), today()
    referrals = Referral.objects.visible_to(request.user)
    waiting = queue_rows(referrals.filter(status=ReferralStatus.OPEN)).order_by(*in_turn())[:NEXT_UP]
    return {
        **context,
        "title": "概況",
        "queue_url": reverse(f"admin:{QUEUE}"),
        "tallies": tallies(referrals, on),
        "lines": [queue_line(referral, at) for referral in waiting],
        "versions": products_sold_on(on).defer("content"),
    }


def waiting_badge(request: HttpRequest) -> int:
    """How many referrals wait for a decision, beside the sidebar's link."""
    return Referral.objects.visible_to(request.user).filter(status=ReferralStatus.OPEN).count()
