"""The house's addresses and, beside them, the hand-written pages. Only a measuring process ever loads this."""

from django.urls import include, path

from accounts.middleware import ANYBODY
from bench.bare import board, views
from config.access import ACCESS
from config.urls import urlpatterns as house

pages = [
    path("board/", board.board, name="board"),
    path("today/", views.today, name="today"),
    path("policies/", views.policies, name="policies"),
    path("policies/<str:number>/", views.policy, name="policy"),
    path("quotes/<str:number>/plans/", views.plans, name="plans"),
]
# The same gate for both sides: whoever is logged in may open them, in this process only.
ACCESS.update({f"bare:{page.name}": ANYBODY for page in pages})
urlpatterns = [path("bare/", include((pages, "bare"))), *house]
