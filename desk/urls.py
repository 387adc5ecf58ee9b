from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("duties/<slug:code>/", views.duties, name="duties"),
    path("search/", views.search, name="search"),
    path("status/", views.status, name="status"),
    path("customers/<str:number>/", views.customer, name="customer"),
]
