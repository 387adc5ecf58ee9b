from django.urls import path

from proposals.views import proposing, trying

app_name = "proposals"
urlpatterns = [
    path("wish/<str:number>/", proposing.wish, name="wish"),
    path("<int:pk>/", proposing.comparison, name="compare"),
    path("<int:pk>/paper/", proposing.file, name="paper"),
    path("<int:pk>/propose/", proposing.propose, name="propose"),
    path("<str:number>/what-if/", trying.what_if, name="what-if"),
    path("<str:number>/what-helps/", trying.what_helps, name="what-helps"),
]
