from django.urls import path

from quotes.views import checking, drafting, questionnaire, records, soliciting

app_name = "quotes"
urlpatterns = [
    path("", records.list_quotes, name="list"),
    path("new/", drafting.new_quote, name="new"),
    path("resume/<str:number>/", drafting.resume, name="resume"),
    path("<str:number>/", records.detail, name="detail"),
    path("<str:number>/facts/", drafting.edit_facts, name="facts"),
    path("<str:number>/answers/", questionnaire.answers, name="answers"),
    path("<str:number>/answers/evidence/", questionnaire.attach_evidence, name="answers-evidence"),
    path("<str:number>/answers/explain/", questionnaire.explain, name="answers-explain"),
    path("<str:number>/answers/<slug:section>/", questionnaire.save_section, name="answers-section"),
    path("<str:number>/answers/<slug:section>/confirm/", questionnaire.confirm_section, name="answers-confirm"),
    path("<str:number>/self-check/", checking.self_check, name="self-check"),
    path("<str:number>/plans/", drafting.plans, name="plans"),
    path("<str:number>/plans/receipt/", drafting.receipt, name="receipt"),
    path("<str:number>/plans/add/", drafting.add_option, name="option-add"),
    path("<str:number>/plans/<int:pk>/remove/", drafting.remove_option, name="option-remove"),
    path("<str:number>/other-product/", drafting.other_product, name="other-product"),
    path("<str:number>/submit/", records.submit, name="submit"),
    path("<str:number>/revise/", records.revise, name="revise"),
    path("<str:number>/withdraw/", records.withdraw, name="withdraw"),
    path("<str:number>/question/answer/", records.answer_question, name="answer-question"),
    path("<str:number>/conditions/<int:pk>/", records.condition, name="condition"),
    path("<str:number>/carrier-answer/", records.carrier_answer, name="carrier-answer"),
    path("<str:number>/documents/new/", records.document, name="document-new"),
    path("<str:number>/steps/<str:kind>/", soliciting.record_step, name="step"),
    path("<str:number>/apply/", soliciting.apply, name="apply"),
    path("<str:number>/quotation/send/", records.send, name="send"),
    path("<str:number>/issue/", records.issue, name="issue"),
]
