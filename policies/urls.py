from django.urls import path

from policies import views

app_name = "policies"
urlpatterns = [
    path("", views.list_policies, name="list"),
    path("<str:number>/", views.show_policy, name="detail"),
    path("<str:number>/reissue/", views.reissue, name="reissue"),
    path("<str:number>/posted/", views.posted, name="posted"),
]
