from django.urls import path

from customers import views

app_name = "customers"
urlpatterns = [
    path("", views.list_customers, name="list"),
    path("new/", views.new_customer, name="new"),
    path("postcode/", views.postcode, name="postcode"),
    path("<str:number>/edit/", views.edit_customer, name="edit"),
    path("<str:number>/contacts/new/", views.edit_contact, name="contact-new"),
    path("<str:number>/contacts/<int:pk>/edit/", views.edit_contact, name="contact-edit"),
    path("<str:number>/sales/new/", views.new_sales, name="sales-new"),
    path("<str:number>/consent/", views.consent, name="consent"),
]
