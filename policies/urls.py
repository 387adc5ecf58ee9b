from django.urls import path

from policies.views import changing, ending, records

app_name = "policies"
urlpatterns = [
    path("", records.list_policies, name="list"),
    path("<str:number>/", records.show_policy, name="detail"),
    path("<str:number>/reissue/", records.reissue, name="reissue"),
    path("<str:number>/posted/", records.posted, name="posted"),
    path("<str:number>/endorse/", changing.endorse, name="endorse"),
    path("<str:number>/endorse/difference/", changing.show_difference, name="difference"),
    path("<str:number>/cancel/", ending.cancel, name="cancel"),
    path("<str:number>/cancel/refund/", ending.show_refund, name="refund"),
]
