from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("register/", views.register, name="register"),
    path("register/<int:pk>/", views.licence, name="licence"),
    path("register/<int:pk>/departure/", views.departure, name="departure"),
]
