"""The premium's change adds up: exactly, in whole yen, whatever the order of the causes."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest

from renewals.attribution import attribute
from renewals.causes import Cause, Sorter
from renewals.reasons import WIDTH, reasons, waterfall
from renewals.sharing import shapley, told_apart, whole
from renewals.year_on_year import Mark, Year, year_on_year
from tests.renewals.pairs import editions, first_years, next_year, pair, priced, short_year


def yen_of(found) -> dict[tuple[Cause, ...], int]:
    return {share.causes: share.yen for share in found.shares}


def test_a_thousand_random_pairs_leave_no_yen_over():
    random = Random(20261122)
    for _ in range(1000):
        before, after = pair(random)
        found = attribute(before, after)
        assert sum(share.yen for share in found.shares) == after.premium_yen - before.premium_yen
        told = [cause for share in found.shares for cause in share.causes]
        assert sorted(told) == sorted(Sorter(before, after).changed())  # every cause once, and none that stood still
        assert Cause.RECORD not in told


def test_the_shares_are_the_average_over_every_order_of_the_causes():
    """Against the definition: put the causes in one after the other, in every order, and take the mean."""
    game = {frozenset(some): worth for some, worth in (
        ("", 100), ("a", 130), ("b", 90), ("c", 100), ("ab", 170), ("ac", 135), ("bc", 60), ("abc", 211),
    )}  # fmt: skip
    mean = dict.fromkeys("abc", Fraction(0))
    for order in permutations("abc"):
        have: frozenset[str] = frozenset()
        for one in order:
            mean[one] += Fraction(game[have | {one}] - game[have], 6)
            have |= {one}
    for order in permutations("abc"):
        assert shapley(order, game.__getitem__) == mean


def test_what_changes_nothing_gets_nothing_and_equals_get_the_same():
    def worth(some: frozenset[str]) -> int:
        return 100 + 7 * len(some & {"a", "b"}) ** 3

    shares = shapley("abz", worth)
    assert shares["z"] == 0
    assert shares["a"] == shares["b"] == 28


def test_whole_yen_keep_the_sum_and_leave_zero_alone():
    shares = {"a": Fraction(1, 4), "z": Fraction(0), "b": Fraction(-3, 2), "c": Fraction(1, 4)}
    assert whole(shares) == {"a": 0, "z": 0, "b": -1, "c": 0}
    with pytest.raises(ValueError, match="whole"):
        whole({"a": Fraction(1, 2)})


def test_causes_that_cannot_be_told_apart_are_joined_and_the_others_are_not():
    def possible(some: frozenset[str]) -> bool:
        return "rider" not in some or "tariff" in some

    assert told_apart(["sales", "tariff", "rider"], possible) == [("sales",), ("tariff", "rider")]


def contract(code: str, **selection):
    first = next(one for one in first_years() if one.book.code == code and one.facts["sales_yen"] == 300_000_000)
    return priced(replace(first, selection=replace(first.selection, **selection))) if selection else first


def test_more_sales_alone_explain_the_whole_change():
    before = contract("sompo-simple")
    after = priced(replace(before, facts={**before.facts, "sales_yen": before.facts["sales_yen"] * 2}))
    assert yen_of(attribute(before, after)) == {(Cause.SALES,): after.premium_yen - before.premium_yen}


def test_interruption_cover_comes_with_its_rider_and_its_waiting_hours_as_one_thing():
    before = contract("sompo-cyber")
    riders = tuple(sorted({*before.selection.riders, "business_interruption"}))
    chosen = replace(before.selection, bi_yen=30_000_000, waiting_hours=12, riders=riders)
    after = priced(replace(before, selection=chosen, facts={**before.facts, "sales_yen": 50_000_000}))
    found = attribute(before, after)
    assert set(yen_of(found)) == {(Cause.SALES,), (Cause.COVER,)}
    told = {reason.label: reason.words for reason in reasons(found, before, after)}
    assert told["売上高"] == "売上高が3億円から5,000万円に減ったため"
    assert told["補償額・プラン"] == "支払限度額を変更した(利益損害をなしから3,000万円に)ため"
    *bars, total = waterfall(reasons(found, before, after))
    assert [bar.way for bar in bars] == ["down", "up"]
    assert total.yen == found.change_yen == sum(bar.yen for bar in bars)
    assert max(bar.x + bar.width for bar in (*bars, total)) <= WIDTH


def test_a_form_with_a_new_question_is_told_with_the_answers_and_not_guessed():
    old, new = editions()["sompo-cyber"][0], editions()["sompo-cyber"][-1]
    before = next(one for one in first_years() if one.book is old)
    after = priced(replace(before, book=new, answers={**before.answers, "mfa_cloud": "no", "edr": "no"}))
    (share,) = attribute(before, after).shares
    assert share.causes == (Cause.FORM, Cause.ANSWERS)
    assert share.label == "商品・告知書の改定と告知の回答"


def test_an_underwriters_move_is_told_apart_from_the_tariff():
    before = contract("sompo-simple")
    after = priced(replace(before, moved_percent=10, facts={**before.facts, "sales_yen": 700_000_000}))
    found = yen_of(attribute(before, after))
    assert set(found) == {(Cause.SALES,), (Cause.ADJUSTMENT,)}
    assert found[(Cause.ADJUSTMENT,)] > 0


def test_a_short_first_term_is_a_cause_of_its_own():
    short = short_year()
    year = next_year(short, Random(1), 0)
    assert yen_of(attribute(short, year)) == {(Cause.TERM,): year.premium_yen - short.premium_yen}
    assert year.premium_yen > short.premium_yen


def test_a_premium_the_carrier_named_is_one_share_and_what_else_changed_is_named_without_yen():
    before = contract("sompo-simple")
    after = replace(before, premium_yen=123_000, is_named=True, facts={**before.facts, "sales_yen": 9})
    found = attribute(before, after)
    assert yen_of(found) == {(Cause.NAMED,): 123_000 - before.premium_yen}
    assert found.unsplit == (Cause.SALES,)
    assert found.ratings == 0


def test_a_contract_taken_over_without_its_questionnaire_says_so():
    before = replace(contract("sompo-simple"), is_known=False, premium_yen=80_000)
    found = attribute(before, contract("sompo-simple"))
    assert [share.causes for share in found.shares] == [(Cause.TAKEN_OVER,)]
    assert sum(share.yen for share in found.shares) == found.change_yen


def test_a_record_that_its_own_book_does_not_give_is_said_and_not_spread():
    before = contract("sompo-simple")
    after = priced(replace(before, facts={**before.facts, "sales_yen": 700_000_000}))
    found = yen_of(attribute(replace(before, premium_yen=before.premium_yen - 500), after))
    assert found == {(Cause.SALES,): after.premium_yen - before.premium_yen, (Cause.RECORD,): 500}


def year_of(situation, **facts) -> Year:
    return Year(situation.book, situation.selection, situation.premium_yen, **facts)


def test_both_years_stand_side_by_side_with_what_was_added_and_taken_away():
    before = contract("sompo-cyber")
    riders = tuple(sorted({*before.selection.riders, "waive_subrogation"} - {"employee_acts"}))
    after = priced(replace(before, selection=replace(before.selection, deductible_yen=500_000, riders=riders)))
    lines = year_on_year(
        year_of(before, insureds=("盾工業", "盾販売"), rated_on=(("業種", "小売業"),), term="前の1年"),
        year_of(after, insureds=("盾工業", "盾物流"), rated_on=(("業種", "小売業"),), term="次の1年", payment="一時払"),
    )
    marks = {line.label: line.mark for line in lines}
    label = before.book.rider_label
    assert marks["自己負担額(1事故につき)"] == Mark.CHANGED
    assert marks[label("waive_subrogation")] == Mark.ADDED
    assert marks[label("employee_acts")] == Mark.REMOVED
    assert (marks["盾工業"], marks["盾物流"], marks["盾販売"]) == (Mark.SAME, Mark.ADDED, Mark.REMOVED)
    assert (marks["保険期間"], marks["業種"]) == (Mark.FOLLOWS, Mark.SAME)
    assert "払込方法" not in marks  # one of the years does not say


def test_a_new_edition_shows_its_passages_and_inner_limits_that_are_not_the_same():
    old, new = editions()["sompo-cyber"][0], editions()["sompo-cyber"][-1]
    before = next(one for one in first_years() if one.book is old)
    lines = year_on_year(year_of(before), year_of(replace(before, book=new)))
    told = {line.label: (line.before, line.after) for line in lines if line.mark not in {Mark.SAME, Mark.FOLLOWS}}
    assert told["商品の版"] == (old.edition, new.edition)
    assert any(label.startswith("賠償責任のうち ") for label in told)
    assert any(words == ("記載あり", "文言を改定") for words in told.values())
