from django.urls import path

from proposals import views

app_name = "proposals"
urlpatterns = [
    path("wish/<str:number>/", views.wish, name="wish"),
    path("<int:pk>/", views.comparison, name="compare"),
    path("<int:pk>/paper/", views.file, name="paper"),
    path("<int:pk>/propose/", views.propose, name="propose"),
]
