from django.urls import path

from commissions import views

app_name = "commissions"
urlpatterns = [
    path("", views.book, name="book"),
    path("rates/", views.set_rate, name="set-rate"),
]
