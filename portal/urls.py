from django.urls import path

from portal.views import application, door, office, questionnaire, renewal

app_name = "portal"
urlpatterns = [
    # The customer's, by his link
    path("c/<str:token>/", door.home, name="home"),
    path("c/<str:token>/code/", door.ask_code, name="code"),
    path("c/<str:token>/enter/", door.enter, name="enter"),
    path("c/<str:token>/leave/", door.leave, name="leave"),
    path("c/<str:token>/colleague/", door.colleague, name="colleague"),
    path("c/<str:token>/answers/<str:section>/", questionnaire.section, name="section"),
    path("c/<str:token>/answers/<str:section>/confirm/", questionnaire.confirm, name="confirm"),
    path("c/<str:token>/renewal/", renewal.answers, name="renewal"),
    path("c/<str:token>/onward/", door.onward, name="onward"),
    path("c/<str:token>/documents/", questionnaire.documents, name="documents"),
    path("c/<str:token>/sign/", questionnaire.sign, name="sign"),
    path("c/<str:token>/explain/<str:fingerprint>/", questionnaire.explain, name="explain"),
    path("c/<str:token>/consent/", application.consent, name="consent"),
    path("c/<str:token>/papers/<int:pk>/<int:page>/", application.page, name="page"),
    path("c/<str:token>/papers/<int:pk>/<int:page>.png", application.picture, name="picture"),
    path("c/<str:token>/papers/<int:pk>.pdf", application.pdf, name="pdf"),
    path("c/<str:token>/points/", application.points, name="points"),
    path("c/<str:token>/points/<str:code>/", application.point, name="point"),
    path("c/<str:token>/apply/", application.apply, name="apply"),
    # The office's, on the quote's page
    path("quotes/<str:number>/invite/<str:purpose>/", office.invite, name="invite"),
    path("invitations/<int:pk>/resend/", office.resend, name="resend"),
    path("invitations/<int:pk>/revoke/", office.revoke, name="revoke"),
    path("invitations/<int:pk>/take/", office.take, name="take"),
    path("invitations/visitors/<int:pk>/admit/", office.admit, name="admit"),
]
