"""告知の矛盾: each rule speaks where two things do not go together, and all are silent where they do."""

import random
from dataclasses import replace
from datetime import date

import pytest

from customers.happenings import Happening
from products.bank import bank
from products.reading import read_book
from products.scoring import shown_questions
from products.shelf import shipped_books
from quotes.contradictions.facts import CaseSaid, Company, Filed, Said
from quotes.contradictions.rules import RULES, findings

START = date(2026, 12, 1)
ATTACK = Happening("A-2025-000001", "サイバーインシデント", date(2025, 3, 1), "/claims/A-2025-000001/", False, True)
OPEN = replace(ATTACK, number="A-2026-000007", on=date(2026, 9, 1), is_open=True)
FEARED = replace(OPEN, is_attack=False, is_circumstance=True)
CERTIFICATE = Filed(7, "isms_certificate", "登録証.pdf", date(2026, 11, 1))
AUDIT = replace(CERTIFICATE, code="isms_surveillance", filename="維持審査.pdf")
LIST = Filed(8, "insureds_list", "会社一覧.xlsx", date(2025, 6, 1))


def told(**values):
    return {name: Said(name, value, str(value), name) for name, value in values.items()}


def case(last=None, left=None, elsewhere=None, **facts):
    company = Company(facts.pop("sales_yen", 500_000_000), facts.pop("planned", False), facts.pop("it", False))
    last_sales = facts.pop("last_sales", None)
    return CaseSaid(
        on=START, last_year=told(**last or {}), left_over=told(**left or {}), elsewhere=told(**elsewhere or {}),
        company=company, last_sales=Said("sales_yen", last_sales, "", "") if last_sales else None,
        happenings=facts.pop("happenings", ()), documents=facts.pop("documents", ()), answers=told(**facts),
    )  # fmt: skip


SPEAKS = {
    "claim_but_no_incident": case(prior_incident="no", happenings=(ATTACK,)),
    "open_claim_but_no_circumstances": case(known_circumstances="no", prior_incident="yes", happenings=(OPEN,)),
    "attacked_but_never": case(past_attack="no", happenings=(ATTACK,)),
    "incident_forgotten": case(prior_incident="no", last={"prior_incident": "yes"}),
    "circumstances_vanished": case(known_circumstances="no", prior_incident="no", last={"known_circumstances": "yes"}),
    "told_then_denied": case(prior_incident="no", left={"incident_detail": "2024年3月に誤送信"}),
    "said_but_not_told": case(prior_incident="yes", incident_detail="特になし"),
    "actual_sales_before_first_closing": case(fiscal_year_closed="no"),
    "part_exceeds_sales": case(retail_sales_yen=500_000_001),
    "sales_leapt": case(sales_yen=5_000_000_000, last_sales=500_000_000),
    "companies_not_named": case(subsidiaries=3, subsidiary_names="盾商事(東京都千代田区)\n盾物流(大阪市北区)"),
    "companies_named_but_none": case(subsidiaries=0, left={"subsidiary_names": "盾商事"}),
    "it_company_without_it_services": case(it=True, it_services_to_others="no"),
    "data_nobody_has": case(card_data="stored", personal_records=0),
    "records_fell": case(personal_records=10_000, last={"personal_records": 100_000}),
    "mfa_nowhere": case(mfa="yes", mfa_remote="no", mfa_mail="no", mfa_admin="no", mfa_cloud="no"),
    "rests_on_nothing": case(logs_watched="yes", logs_kept="no"),
    "certified_without_system": case(certification="yes", policy="no"),
    "certificates_disagree": case(isms_certified="yes", certification="no"),
    "certificate_expired": case(isms_certified="yes", isms_expires_on="2026-11-30"),
    "certificate_sent_but_denied": case(isms_certified="no", documents=(CERTIFICATE,)),
    "copy_promised_but_missing": case(isms_copy="yes", documents=(AUDIT,)),
    "measure_dropped": case(edr="no", last={"edr": "yes"}),
    "forms_disagree": case(backup="no", elsewhere={"backup": "yes"}),
    "documents_are_old": case(subsidiaries=6, documents=(LIST,)),
}


def test_every_rule_has_a_case_where_it_speaks():
    assert set(SPEAKS) == set(RULES)
    assert len(RULES) >= 12


@pytest.mark.parametrize("name", RULES)
def test_a_rule_names_both_places_in_a_sentence(name):
    spoken = list(RULES[name](SPEAKS[name]))
    assert [finding.code for finding in spoken] == [name]
    assert spoken[0].sentence.endswith("。")
    assert spoken[0].first != spoken[0].second
    assert findings(SPEAKS[name]) == spoken  # and no other rule takes it up a second time


# The same rules where they look at another question, another paper, or just reach their edge.
SPEAKS_TOO = [
    ("claim_but_no_incident", case(prior_incident="no", happenings=(replace(ATTACK, on=date(2021, 12, 1)),))),
    ("claim_but_no_incident", case(no_event_five_years="yes", happenings=(ATTACK,))),
    ("open_claim_but_no_circumstances", case(no_known_circumstances="yes", happenings=(FEARED,))),
    ("incident_forgotten", case(past_attack="no", last={"past_attack": "yes"})),
    ("told_then_denied", case(known_circumstances="no", left={"circumstances_detail": "取引先から照会あり"})),
    ("said_but_not_told", case(past_attack="yes", incident_detail="なし")),
    ("sales_leapt", case(sales_yen=50_000_000, last_sales=500_000_000)),
    ("companies_not_named", case(subsidiaries=1, partners=1, subsidiary_names="盾商事")),
    ("data_nobody_has", case(sensitive_data="yes", personal_records=0)),
    ("records_fell", case(personal_records=100, last={"personal_records": 1_000})),
    ("rests_on_nothing", case(mfa_remote="yes", mfa="no")),
    ("rests_on_nothing", case(mfa_mail="yes", mfa="no")),
    ("rests_on_nothing", case(mfa_admin="yes", mfa="no")),
    ("rests_on_nothing", case(mfa_cloud="yes", mfa="no")),
    ("rests_on_nothing", case(backup_tested="yes", backup="no")),
    ("rests_on_nothing", case(backup_apart="yes", backup="no")),
    ("rests_on_nothing", case(incident_drill="yes", incident_plan="no")),
    ("certified_without_system", case(isms_certified="yes", training="no")),
    ("forms_disagree", case(no_event_five_years="yes", elsewhere={"no_event_five_years": "no"})),
    ("forms_disagree", case(card_data="stored", elsewhere={"card_data": "none"})),
    ("certificate_sent_but_denied", case(isms_certified="no", documents=(AUDIT,))),
    ("certificate_sent_but_denied", case(certification="no", documents=(CERTIFICATE,))),
]


@pytest.mark.parametrize(("name", "said"), SPEAKS_TOO, ids=range(len(SPEAKS_TOO)))
def test_a_rule_speaks_of_every_place_it_knows_and_up_to_its_edge(name, said):
    assert [finding.code for finding in findings(said)] == [name]


@pytest.mark.parametrize(
    "silent",
    [
        case(prior_incident="yes", known_circumstances="yes", past_attack="yes", happenings=(OPEN, ATTACK)),
        case(prior_incident="no", past_attack="yes", happenings=(replace(ATTACK, on=date(2021, 11, 30)),)),
        case(prior_incident="no", known_circumstances="yes", happenings=(FEARED,)),
        case(edr="unknown", last={"edr": "yes"}),
        case(prior_incident="unknown", last={"prior_incident": "yes"}),
        case(subsidiaries=0, left={"subsidiary_names": "なし"}),
        case(subsidiaries=6, subsidiary_names="別紙のとおり", documents=(replace(LIST, on=START),)),
        case(personal_records=99, last={"personal_records": 990}),
        case(mfa="yes", mfa_remote="no", mfa_cloud="yes"),
        case(backup="unknown", elsewhere={"backup": "yes"}, personal_records=5),
        case(fiscal_year_closed="no", planned=True),
        case(retail_sales_yen=500_000_000),
        case(known_circumstances="no", prior_incident="yes", last={"known_circumstances": "yes"}),
        case(subsidiary_names="盾", personal_records=5, elsewhere={"subsidiary_names": "楯", "personal_records": 9}),
        case(backup="yes", elsewhere={"backup": "unknown"}),
        case(isms_certified="yes", isms_expires_on="2026-12-01"),
        case(),
    ],
    ids=range(17),
)  # fmt: skip
def test_what_goes_together_is_left_alone(silent):
    assert findings(silent) == []


def test_an_explanation_holds_only_while_both_places_say_the_same():
    first = findings(case(edr="no", last={"edr": "yes"}))[0]
    again = findings(case(edr="no", last={"edr": "yes"}, policy="yes"))[0]
    other = findings(case(personal_records=10_000, last={"personal_records": 100_000}))[0]
    changed = findings(case(personal_records=9_000, last={"personal_records": 100_000}))[0]
    assert first.fingerprint == again.fingerprint
    assert other.fingerprint != changed.fingerprint


def consistent(book, chance):
    """A company that answers as it is: measures with their grounds, counts with names, last year a little less."""
    sales = chance.choice([30, 80, 500, 3_000]) * 1_000_000
    incident = chance.random() < 0.2
    companies = chance.choice([0, 0, 1, 3])
    said = {"fiscal_year_closed": "yes", "retail_sales_yen": sales // chance.choice([1, 2, 5]), "overseas_sales_yen": 0,
            "insureds_sales_yen": sales // 3, "subsidiaries": companies, "partners": 0, "overseas_subsidiaries": 0,
            "prior_incident": "yes" if incident else "no", "past_attack": "yes" if incident else "no",
            "known_circumstances": "no", "incident_detail": "2024年3月にメールの誤送信。再発防止策を実施",
            "subsidiary_names": "\n".join(f"子会社{number}(東京都)" for number in range(companies)),
            "personal_records": chance.randint(100, 90_000), "card_data": chance.choice(["none", "passed", "unknown"]),
            "isms_expires_on": "2028-03-31"}  # fmt: skip
    for question in book.questions:
        if question.id in said:
            continue
        options = ["yes"] * 6 + ["no"] * 3 + ["unknown"] if question.kind == "yes_no" else ["記載のとおり"]
        said[question.id] = (
            chance.choice(question.options).value if question.options
            else 3 if question.kind in ("count", "amount") else chance.choice(options)
        )  # fmt: skip
    said["mfa_remote"] = said["mfa"] = said.get("mfa", "no")
    for measure, ground in {"logs_watched": "logs_kept", "incident_drill": "incident_plan"}.items():
        if said.get(ground) == "no":
            said[measure] = "no"
    if "yes" in (said.get("certification"), said.get("isms_certified")):
        said |= dict.fromkeys(("policy", "asset_inventory", "rules_review", "training"), "yes")
    shown = {question.id for question in shown_questions(said, book)}
    kept = {name: value for name, value in said.items() if name in shown}
    last = {
        name: "no" if value == "yes" and bank().questions[name].measure and chance.random() < 0.3 else value
        for name, value in kept.items()
    }
    if incident and chance.random() < 0.5:
        last |= {"prior_incident": "no", "past_attack": "no"}
    happened = (replace(ATTACK, on=date(2024, 3, 1)),) if incident else ()
    return case(
        sales_yen=sales, last_sales=int(sales * chance.uniform(0.6, 1.4)), last=last, happenings=happened,
        elsewhere=kept if chance.random() < 0.3 else None, documents=(CERTIFICATE,) if "isms_copy" in kept else (),
        **kept,
    )  # fmt: skip


def test_on_200_consistent_cases_every_rule_is_silent():
    chance = random.Random(20261201)
    newest = {path.parent.name: read_book(text, path.name) for path, text in shipped_books()}
    books = [book for book in newest.values() if book.questions]
    for number in range(200):
        said = consistent(books[number % len(books)], chance)
        spoken = findings(said)
        assert spoken == [], f"case {number}: {spoken[0].code} {spoken[0].first} {spoken[0].second}"
