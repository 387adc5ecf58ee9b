from django.urls import path

from correspondence import views
from correspondence.incoming import views as incoming

app_name = "correspondence"
urlpatterns = [
    path("papers/", views.list_papers, name="papers"),
    path("papers/<int:pk>/<str:name>.pdf", views.show_paper, name="paper"),
    path("documents/<int:pk>/", views.show_document, name="document"),
    path("letters/", views.list_letters, name="letters"),
    path("letters/<int:pk>/", views.show_letter, name="letter"),
    path("letters/<int:pk>/settle/", views.decide_letter, {"verb": "settle"}, name="letter-settle"),
    path("letters/<int:pk>/retry/", views.decide_letter, {"verb": "retry"}, name="letter-retry"),
    path("letters/<int:pk>/cancel/", views.decide_letter, {"verb": "cancel"}, name="letter-cancel"),
    path("incoming/", incoming.list_incoming, name="incoming"),
    path("incoming/<int:pk>/", incoming.show_incoming, name="incoming-mail"),
    path("bounces/<int:pk>/handle/", incoming.handle_bounce, name="bounce-handle"),
]
