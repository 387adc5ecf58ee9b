"""The papers of a quote: 見積書, 重要事項説明書, 告知書 and 申込書. Each is filed once for an edition of the offer."""

from quotes.papers.application import application_page, file_application
from quotes.papers.disclosure import disclosure_page, file_disclosure
from quotes.papers.intent import file_intent, intent_page
from quotes.papers.questionnaire import file_questionnaire, questionnaire_page
from quotes.papers.quotation import file_quotation, quotation_page

__all__ = [
    "application_page",
    "disclosure_page",
    "file_application",
    "file_disclosure",
    "file_intent",
    "file_questionnaire",
    "file_quotation",
    "intent_page",
    "questionnaire_page",
    "quotation_page",
]
