"""Contradictions with what the customer said before the contract that ends now."""

from collections.abc import Iterator

from products.bank import bank
from quotes.contradictions.facts import CaseSaid, Finding, answer, earlier, sales

FEW_RECORDS = 1_000
FELL_TO = 10  # a tenth of last year's


def measure_dropped(said: CaseSaid) -> Iterator[Finding]:
    """A measure that was in place last year is said not to be any more."""
    for name, before in said.last_year.items():
        meaning = bank().meaning(name)
        if meaning is None or meaning.measure is None:
            continue
        if before.value == "yes" and said.is_said(name, "no"):
            sentence = "前年は行っているとのことだった対策が、本年は行っていないことになっています。"
            yield Finding("measure_dropped", sentence, answer(said.answers[name]), earlier(before))


def incident_forgotten(said: CaseSaid) -> Iterator[Finding]:
    """An event admitted last year lies within the five years, or within 'ever', and is denied now."""
    for name in ("prior_incident", "past_attack"):
        before = said.last_year.get(name)
        if before and before.value == "yes" and said.is_said(name, "no"):
            sentence = "前年の告知で「ある」とされた事故や被害が、本年は「ない」ことになっています。"
            yield Finding("incident_forgotten", sentence, answer(said.answers[name]), earlier(before))


def circumstances_vanished(said: CaseSaid) -> Iterator[Finding]:
    """What was feared last year neither happened nor is feared any more."""
    before = said.last_year.get("known_circumstances")
    denied = said.is_said("known_circumstances", "no") and not said.is_said("prior_incident", "yes")
    if before and before.value == "yes" and denied:
        sentence = "前年に把握していた事故のおそれについて、本年は事故にもおそれにも記載がありません。"
        first = answer(said.answers["known_circumstances"])
        yield Finding("circumstances_vanished", sentence, first, earlier(before))


def records_fell(said: CaseSaid) -> Iterator[Finding]:
    """Nine in ten of the persons whose data were kept are gone: often a slip of digits."""
    before, now = said.last_year.get("personal_records"), said.number("personal_records")
    if before is None or now is None or not isinstance(before.value, int):
        return
    if before.value >= FEW_RECORDS and now * FELL_TO <= before.value:
        sentence = "保有する個人情報の件数が、前年の10分の1以下になっています。"
        yield Finding("records_fell", sentence, answer(said.answers["personal_records"]), earlier(before))


def sales_leapt(said: CaseSaid) -> Iterator[Finding]:
    """Sales ten times, or a tenth of, last year's: often a slip of digits or of the unit."""
    before, now = said.last_sales, said.company.sales_yen
    if before and before.value and now and (now * FELL_TO <= before.value or now >= before.value * FELL_TO):
        sentence = "年間売上高が、前年の見積と10倍以上違います。単位とけたを確認してください。"
        yield Finding("sales_leapt", sentence, sales(said.company), earlier(before))
