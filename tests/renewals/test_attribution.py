"""The premium's change adds up: exactly, in whole yen, whatever the order of the causes."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from django.template.loader import render_to_string

from products.reading import read_book
from renewals.attribution import _Mixtures, attribute
from renewals.causes import Cause, Sorter
from renewals.changes import Proposed, explained
from renewals.papers.offer import as_printed
from renewals.reasons import WIDTH, reasons, waterfall
from renewals.sharing import shapley, told_apart, whole
from renewals.year_on_year import Mark, Year, year_on_year
from tests.quotes.making import good_answers
from tests.renewals.pairs import editions, first_years, next_year, pair, priced, short_year
from tests.renewals.test_tracks import rated_by_claims


def yen_of(found) -> dict[tuple[Cause, ...], int]:
    return {share.causes: share.yen for share in found.shares}


def test_a_thousand_random_pairs_leave_no_yen_over():
    random = Random(20261122)
    seen: Counter[str] = Counter()
    for _ in range(1000):
        before, after = pair(random)
        seen[before.book.code] += 1
        found = attribute(before, after)
        assert sum(share.yen for share in found.shares) == after.premium_yen - before.premium_yen
        told = [cause for share in found.shares for cause in share.causes]
        assert sorted(told) == sorted(Sorter(before, after).changed())  # every cause once, and none that stood still
        assert Cause.RECORD not in told
    # Every product that has a tariff; what a carrier names is one share, and is tested below.
    assert seen.keys() == {"sompo-simple", "sompo-cyber", "sompo-isms", "sompo-group", "tokio-yayoi"}
    assert min(seen.values()) > 100


def test_real_years_have_the_same_shares_in_whatever_order_their_causes_are_taken():
    """Against the definition, over the books: each cause brings what it adds, on average over every order."""
    random, tried = Random(7), Counter()
    while min((tried[code] for code in editions()), default=0) < 2:
        before, after = pair(random)
        sorter = Sorter(before, after)
        causes, mixtures = sorter.changed(), _Mixtures(sorter, sorter.changed())
        if (
            tried[before.book.code] == 2
            or len(causes) < 2
            or len(told_apart(causes, mixtures.is_possible)) < len(causes)
        ):
            continue
        orders = list(permutations(causes))
        mean = dict.fromkeys(causes, Fraction(0))
        for order in orders:
            for place, cause in enumerate(order):
                added = mixtures.certain(frozenset(order[: place + 1])) - mixtures.certain(frozenset(order[:place]))
                mean[cause] += Fraction(added, len(orders))
        told = yen_of(attribute(before, after))
        assert told == {(cause,): yen for cause, yen in whole(mean).items()}
        assert all(abs(told[(cause,)] - mean[cause]) < 1 for cause in causes)
        backwards = shapley(causes[::-1], lambda some, rated=mixtures: rated.certain(frozenset(some)))
        assert backwards == mean
        tried[before.book.code] += 1


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


def test_claims_of_the_term_are_a_cause_of_their_own_where_the_book_rates_them():
    book = read_book(rated_by_claims(), "試験.yaml")
    one = next(one for one in first_years() if one.book.code == book.code)
    before = priced(replace(one, book=book, facts={**one.facts, "claims_in_term": 0}))
    after = priced(replace(before, facts={**before.facts, "claims_in_term": 2, "sales_yen": 100_000_000}))
    found = attribute(before, after)
    assert set(yen_of(found)) == {(Cause.SALES,), (Cause.EXPERIENCE,)}
    assert yen_of(found)[(Cause.EXPERIENCE,)] > 0
    assert {reason.label: reason.words for reason in reasons(found, before, after)}["事故の実績"] == (
        "保険期間中の事故の実績を反映したため"
    )


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
    assert min(bar.x for bar in (*bars, total)) == 0
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
    assert any(words == ("記載あり", "文言を改定") for words in told.values())
    # The old edition was written before inner limits were: that the new one states them is neither more nor less cover.
    caps = {line.label: line for line in lines if "のうち " in line.label or "総支払限度額" in line.label}
    assert len(caps) == 4
    assert {(line.before, line.mark) for line in caps.values()} == {("記載なし", Mark.STATED)}
    assert "広がるものではありません" in caps["保険期間を通じた総支払限度額"].note
    assert "追加" not in {line.mark_label for line in caps.values()}
    # So do the screen and the paper.
    after = priced(replace(before, book=new, answers={**good_answers(new), **before.answers}))
    change = explained(before, year_of(before), Proposed("", after, year_of(after)))
    screen = render_to_string("renewals/_change.html", {"panel": {"change": change}})
    paper = render_to_string("papers/parts/year_on_year.html", {"lines": [as_printed(line) for line in change.lines]})
    for page in (screen, paper):
        assert page.count("前年の書面に記載のなかった上限です。") == page.count("明記</") == 4


def test_an_inner_limit_is_less_cover_only_where_the_other_edition_would_have_named_it():
    new = editions()["sompo-cyber"][-1]
    one = next(one for one in first_years() if one.book is new)
    cost = new.coverage("cost")
    fewer = cost.model_copy(update={"inner_limits": cost.inner_limits[:1]})
    lower = cost.inner_limits[0].model_copy(update={"limit_yen": 500, "label": "見舞金(個人)"})
    others = {
        "fewer": with_coverage(new, fewer),
        "lower": with_coverage(new, cost.model_copy(update={"inner_limits": (lower, *cost.inner_limits[1:])})),
        "pays_more": with_coverage(new, fewer.model_copy(update={"pays": (*cost.pays, "身代金")})),
        "silent": new.model_copy(
            update={
                "coverages": tuple(part.model_copy(update={"inner_limits": ()}) for part in new.coverages),
                "aggregates": (),
            }
        ),
    }

    def marks(before, after) -> list[str]:
        lines = year_on_year(year_of(replace(one, book=before)), year_of(replace(one, book=after)))
        return [line.mark_label for line in lines if "のうち " in line.label or "総支払限度額" in line.label]

    assert marks(others["fewer"], new) == ["縮小"]
    assert marks(new, others["fewer"]) == ["拡大"]
    assert marks(others["pays_more"], new) == ["明記"]  # it came, or left, with something that is paid for
    assert marks(new, others["pays_more"]) == ["不記載"]
    assert marks(new, others["lower"]) == ["変更"]  # one limit by its code, whatever it is called
    assert marks(others["silent"], new) == ["明記"] * 4
    assert marks(new, others["silent"]) == ["不記載"] * 4
    assert marks(new, new) == []


def with_coverage(book, part):
    parts = tuple(part if one.code == part.code else one for one in book.coverages)
    return book.model_copy(update={"coverages": parts})
