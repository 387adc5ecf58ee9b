from django.urls import path

from complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.list_complaints, name="list"),
    path("new/", views.new_complaint, name="new"),
    path("export/", views.export, name="export"),
    path("<str:number>/", views.detail, name="detail"),
    path("<str:number>/lines/new/", views.line, name="line"),
    path("<str:number>/assign/", views.assign, name="assign"),
    path("<str:number>/propose/", views.propose, name="propose"),
    path("<str:number>/approve/", views.approve, name="approve"),
    path("<str:number>/return/", views.give_back, name="return"),
]
