from django.urls import path

from renewals.views import batches, board, groups, plans, records, retention, rounds, wordings

app_name = "renewals"
urlpatterns = [
    path("", board.show_board, name="board"),
    path("inspection/", rounds.show_inspection, name="inspection"),
    path("retention/", retention.show_retention, name="retention"),
    path("calendar/", plans.show_calendar, name="calendar"),
    path("calendar/closing/", plans.close_day, name="closing-day"),
    path("wordings/", wordings.list_wordings, name="wordings"),
    path("wordings/<str:kind>/", wordings.edit_wording, name="wording"),
    path("group/<slug:product>/<str:day>/", groups.show_group, name="group"),
    path("rounds/", rounds.list_rounds, name="rounds"),
    path("batches/", batches.list_batches, name="batches"),
    path("batches/choose/", batches.choose, name="batch-choose"),
    path("batches/new/", batches.ask, name="batch-new"),
    path("batches/<int:pk>/", batches.show_batch, name="batch"),
    path("open/<str:number>/", records.open_renewal, name="open"),
    path("leave/<str:number>/", records.leave, name="leave"),
    path("<int:pk>/", records.show_renewal, name="detail"),
    path("<int:pk>/respond/", records.respond, name="respond"),
    path("<int:pk>/close/", records.close, name="close"),
    path("<int:pk>/quote/", records.open_quote, name="quote"),
    path("<int:pk>/ask-again/", records.ask_again, name="ask-again"),
    path("<int:pk>/posted/", records.posted, name="posted"),
]
