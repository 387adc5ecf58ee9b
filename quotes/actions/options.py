"""Options of a quote: put on, taken off, and priced anew whenever the risk changes."""

from datetime import datetime
from decimal import Decimal

from accounts.models import User
from core.doors import action
from core.errors import Refused
from core.history import record
from products.choosing import label_of
from products.rating import Receipt, ReceiptLine, moved
from products.risks import Selection
from quotes.actions.moving import locked, touch
from quotes.facts import selection_from, selection_json
from quotes.models import Quote, QuoteOption
from quotes.permissions import check_can_edit_quote
from quotes.queries import Case, case_of
from quotes.rules import MOST_OPTIONS


@action
def add_option(*, quote: Quote, selection: Selection, by: User, at: datetime) -> QuoteOption:
    """Put a cover on the quote. The same cover again is the option that stands.

    Refuses covers the book does not allow, with what to mend.
    """
    row = locked(quote)
    check_can_edit_quote(by, row)
    case = case_of(row)
    if problems := case.problems(selection):
        raise Refused("この補償内容では見積もれません。", reasons=problems)
    options = list(row.options.all())
    plain = selection_json(selection)
    for option in options:
        if option.selection == plain:
            return option
    if len(options) >= MOST_OPTIONS:
        raise Refused(f"プランは{MOST_OPTIONS}つまでです。どれかを外してから追加してください。")
    option = _priced(QuoteOption(quote=row, selection=plain, label=label_of(selection, case.book)), case)
    option.position = max((o.position for o in options), default=0) + 1
    option.save()
    touch(row)
    record(
        "quotes.add_option", f"見積{row.number}にプラン「{option.label}」を追加しました。", about=[row], by=by, at=at
    )  # fmt: skip
    return option


@action
def remove_option(*, quote: Quote, option: QuoteOption, by: User, at: datetime) -> None:
    """Take a cover off the quote. One that is gone already is no trouble."""
    row = locked(quote)
    check_can_edit_quote(by, row)
    gone, _ = row.options.filter(pk=option.pk).delete()
    if gone:
        touch(row)
        record(
            "quotes.remove_option", f"見積{row.number}からプラン「{option.label}」を外しました。",
            about=[row], by=by, at=at, selection=option.selection,
        )  # fmt: skip


def add_plan_of(last: Quote, quote: Quote) -> None:
    """Bring along the cover that was chosen last year; its premium waits for this year's sales."""
    chosen = last.options.filter(chosen=True).first()
    if chosen is None:
        return
    case = case_of(quote)
    selection = selection_from(chosen.selection)
    option = QuoteOption(quote=quote, position=1, label=label_of(selection, case.book), selection=chosen.selection)
    _priced(option, case).save()


def replace_cover(option: QuoteOption, selection: Selection) -> None:
    """Another cover in an option's place: what an option is does not change, so the old one goes."""
    quote, position = option.quote, option.position
    case = case_of(quote)
    option.delete()
    label, plain = label_of(selection, case.book), selection_json(selection)
    _priced(QuoteOption(quote=quote, position=position, label=label, selection=plain), case).save()


def reprice(quote: Quote) -> Case:
    """Every option at today's facts and answers."""
    case = case_of(quote)
    for option in quote.options.all():
        _priced(option, case).save()
    return case


def _priced(option: QuoteOption, case: Case) -> QuoteOption:
    receipt, why = case.price(selection_from(option.selection))
    return with_premium(option, receipt, why)


def name_premium(option: QuoteOption, yen: int, label: str, source: str) -> None:
    """A premium somebody names where the tariff has none, with a receipt of one line."""
    amount = Decimal(yen)
    line = ReceiptLine("", "individual", label, "base", amount, amount, "carrier", source)
    with_premium(option, Receipt((line,), amount, yen), "").save()


def adjust_premium(quote: Quote, option: QuoteOption, percent: int, source: str) -> int:
    """Move an option's premium from the tariff's by so many percent; 0 puts it back. Returns the tariff's yen."""
    case = case_of(quote)
    receipt, why = case.price(selection_from(option.selection))
    if receipt is None:
        raise Refused(f"プラン「{option.label}」は料率表で算出できません。{why}", field="option")
    with_premium(option, moved(receipt, percent, case.book, source), "").save()
    return receipt.total_yen


def with_premium(option: QuoteOption, receipt: Receipt | None, why: str) -> QuoteOption:
    """The option with its premium and receipt, or with the reason why there is none."""
    option.receipt = receipt.as_json() if receipt else None
    option.premium_yen = receipt.total_yen if receipt else None
    option.is_reference = bool(receipt and receipt.is_reference)
    option.unpriced_reason = "" if receipt else why
    return option
