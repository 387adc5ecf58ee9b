"""What has to be filled in, settled or handed in before the book can judge a quote, as sentences."""

from correspondence.models import Document
from products.scoring import missing_answers
from quotes.beside import needed_beside
from quotes.contradicting import unsettled
from quotes.facts import selection_from
from quotes.models import Quote, QuoteOption
from quotes.queries import Case, documents_wanted
from quotes.rules import needs_business_plan


def missing_for_submission(quote: Quote, case: Case, options: list[QuoteOption]) -> list[str]:
    """Everything that has to be filled in before the book can judge, as sentences."""
    missing = []
    if not case.facts.industry:
        missing.append("業種を選んでください。")
    if not case.facts.sales_yen:
        missing.append("年間売上高(税込)を入力してください。")
    elif case.facts.fiscal_year_end is None:
        missing.append("売上高の会計年度の決算日を入力してください。")
    confirmed = case.confirmed()
    silent = [question.id for question in missing_answers(confirmed, case.book, case.risk.facts)]
    carried = sum(name in case.unconfirmed for name in silent)
    if blank := len(silent) - carried:
        missing.append(f"告知書に回答していない質問が{blank}問あります。すべて回答してください。")
    if carried:
        missing.append(
            f"前回の回答から変わりないか確認していない質問が{carried}問あります。お客さまに確認してください。"
        )
    missing += [
        f"申告事項「{declaration.wording}」に回答してください。"
        for declaration in case.book.declarations
        if declaration.stage == "quote" and declaration.id not in confirmed
    ]
    if not options:
        missing.append("プランを1つ以上選んでください。")
    for option in options:
        missing += [f"{option.label}: {problem}" for problem in case.problems(selection_from(option.selection))]
    missing += _documents_missing(quote, case)
    planned = needs_business_plan(case.facts.is_planned, confirmed)
    if planned and not Document.objects.about(quote).exists():
        missing.append("決算を終えた年度がないため、事業計画書を「受領書類」に添付してください。")
    return missing + unsettled(quote, case) + needed_beside(quote)


def _documents_missing(quote: Quote, case: Case) -> list[str]:
    wanted = documents_wanted(case)
    if not wanted:
        return []
    received = set(Document.objects.about(quote).values_list("code", flat=True))
    return [document.sentence for document in wanted if document.code not in received]
