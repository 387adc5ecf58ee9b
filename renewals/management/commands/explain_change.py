"""`manage.py explain_change NUMBER`: why a renewal's premium is not last year's, share by share, for whoever is asked.

NUMBER is the renewal's quote, or the policy it became.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.money import format_yen
from quotes.models import Quote
from renewals.changes import Change, agreed_situation, agreed_year, explained, proposals_of


class Command(BaseCommand):
    help = "更改で保険料が前年から変わった理由を、1円まで合う内訳で表示します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="更改の見積番号(Q-…)か、更改後の証券番号(C-…)")

    def handle(self, *args: Any, **options: Any) -> None:
        quote = _find(options["number"])
        policy = quote.renewal_of
        if policy is None:
            raise CommandError(f"{quote.number}は更改の見積ではないため、前年の契約がありません。")
        before = agreed_situation(policy)
        proposed = proposals_of(quote, before)
        if not proposed:
            raise CommandError(f"{quote.number}には、保険料の決まったプランがまだありません。")
        for one in proposed:
            self._tell(
                f"{policy.number} → {quote.number} {one.label}", explained(before, agreed_year(policy, before), one)
            )

    def _tell(self, head: str, change: Change) -> None:
        found = change.attribution
        self.stdout.write(f"{head}: {format_yen(found.before_yen)} → {format_yen(found.after_yen)}({change.percent})")
        for step in change.steps:
            words = "。".join(part for part in (step.words, step.note) if part)
            self.stdout.write(f"  {step.amount:>14}  {step.label}  {words}".rstrip())
        for line in change.lines:
            if line.mark.is_change:
                self.stdout.write(f"  [{line.mark_label}] {line.label}: {line.before} → {line.after}")


def _find(number: str) -> Quote:
    which = {"policy__number": number} if number.startswith("C-") else {"number": number}
    quote = Quote.objects.select_related("renewal_of", "product_version", "customer").filter(**which).first()
    if quote is None:
        raise CommandError(f"{number}の見積がありません。更改の見積番号か、更改後の証券番号を指定してください。")
    return quote
