from django.urls import path

from claims.views import intake, record

app_name = "claims"
urlpatterns = [
    path("", record.list_claims, name="list"),
    path("new/", intake.new_claim, name="new"),
    path("find/", intake.find, name="find"),
    path("assess/", intake.assess, name="assess"),
    path("<str:number>/", record.show_claim, name="detail"),
    path("<str:number>/correct/", record.correct, name="correct"),
    path("<str:number>/link/", record.link, name="link"),
    *(path(f"<str:number>/{name}/", record.do_deed, {"name": name}, name=name) for name in record.DEEDS),
]
