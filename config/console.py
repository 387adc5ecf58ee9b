"""The underwriters' console (引受コンソール): Django's admin on its theme, behind the house's own door.

No rows of auth.Permission decide here: the site lets in by role, and every ModelAdmin asks the checks of its room.
"""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from unfold.sites import UnfoldAdminSite

from config.access import CONSOLE
from products.views import shelf_page


class ConsoleSite(UnfoldAdminSite):
    """One login, one logout and one search for the whole house; none of the admin's own."""

    index_title = "概況"
    index_template = "console/index.html"
    enable_nav_sidebar = True

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The shelf of books stands where the admin would list the room's tables."""
        return [path("products/", self.admin_view(self.shelf), name="products_shelf"), *super().get_urls()]

    def shelf(self, request: HttpRequest) -> HttpResponse:
        """商品の棚: versions on a line of months, drafts beneath."""
        return shelf_page(request, self.each_context(request))

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff in a role of the console. Leavers have no session any more (accounts.backends)."""
        user: Any = request.user
        return bool(user.is_authenticated and user.is_active and user.is_staff and user.role in CONSOLE)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The house's login page. Who is logged in but not let in is told so, instead of going round in circles."""
        if request.user.is_authenticated and not self.has_permission(request):
            return render(request, "forbidden.html", status=403)
        wanted = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        target = wanted if safe else reverse("admin:index")
        if request.user.is_authenticated:
            return redirect(target)
        return redirect_to_login(target)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What the theme's search box would look for is found in the queue."""
        words = urlencode({"q": request.GET.get("s", "")[:100], "status": "all"})
        return redirect(f"{reverse('admin:quotes_referral_changelist')}?{words}")
