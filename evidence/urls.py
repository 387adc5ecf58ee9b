from django.urls import path

from evidence import views

app_name = "evidence"
urlpatterns = [
    path("quotes/<str:number>/", views.packs, name="packs"),
    path("<int:pk>/download/", views.download, name="download"),
]
