from django.urls import path

from renewals import views

app_name = "renewals"
urlpatterns = [
    path("", views.show_board, name="board"),
    path("inspection/", views.show_inspection, name="inspection"),
    path("rounds/", views.list_rounds, name="rounds"),
    path("open/<str:number>/", views.open_renewal, name="open"),
    path("leave/<str:number>/", views.leave, name="leave"),
    path("<int:pk>/", views.show_renewal, name="detail"),
    path("<int:pk>/respond/", views.respond, name="respond"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/quote/", views.open_quote, name="quote"),
    path("<int:pk>/posted/", views.posted, name="posted"),
]
