"""Contradictions between two answers of one form, or of two open forms of the same customer."""

from collections.abc import Iterator

from products.bank import bank
from quotes.contradictions.facts import CaseSaid, Finding, Place, answer, earlier, sales

# What a sentence that should tell something says when it tells nothing.
NOTHING = {"なし", "無し", "無", "ない", "特になし", "ありません", "該当なし", "-", "ー", "なし。", "特にありません"}

# A measure that cannot be there without the other.
_RESTS_ON = {
    "logs_watched": ("logs_kept", "記録を残していないのに、その記録を監視していることになっています。"),
    "backup_tested": ("backup", "バックアップを取っていないのに、戻せることを確かめたことになっています。"),
    "backup_apart": ("backup", "バックアップを取っていないのに、切り離して保管していることになっています。"),
    "incident_drill": ("incident_plan", "事故のときの手順がないのに、事故の訓練をしていることになっています。"),
    "mfa_remote": ("mfa", "多要素認証を使っていないのに、社外からの接続で必須になっています。"),
    "mfa_mail": ("mfa", "多要素認証を使っていないのに、メールで必須になっています。"),
    "mfa_admin": ("mfa", "多要素認証を使っていないのに、管理者の操作で必須になっています。"),
    "mfa_cloud": ("mfa", "多要素認証を使っていないのに、クラウドサービスで必須になっています。"),
}
# What every certified management system has (ISO/IEC 27001 and JIS Q 15001 ask for all of them).
_CERTIFIED_HAVE = ("policy", "asset_inventory", "rules_review", "training")
_TELLING = {
    "incident_detail": ("prior_incident", "past_attack"),
    "circumstances_detail": ("known_circumstances",),
}


def rests_on_nothing(said: CaseSaid) -> Iterator[Finding]:
    """A measure said to be in place, whose ground is said not to be."""
    for name, (ground, sentence) in _RESTS_ON.items():
        if said.is_said(name, "yes") and said.is_said(ground, "no"):
            yield Finding("rests_on_nothing", sentence, answer(said.answers[name]), answer(said.answers[ground]))


def mfa_nowhere(said: CaseSaid) -> Iterator[Finding]:
    """Multi-factor authentication is used, and nowhere where it was asked."""
    meaning = bank().meaning("mfa")
    places = [said.answers[place] for place in (meaning.places if meaning else ()) if place in said.answers]
    if said.is_said("mfa", "yes") and places and all(place.value == "no" for place in places):
        sentence = "多要素認証を使っているとのことですが、おたずねしたどの場所でも必須になっていません。"
        yield Finding("mfa_nowhere", sentence, answer(said.answers["mfa"]), answer(places[0]))


def certified_without_system(said: CaseSaid) -> Iterator[Finding]:
    """A certificate is held, but not what no certified company is without."""
    held = next((name for name in ("isms_certified", "certification") if said.is_said(name, "yes")), None)
    for name in _CERTIFIED_HAVE if held else ():
        if held and said.is_said(name, "no"):
            sentence = "第三者の認証を取得していれば備えているはずの対策が「いいえ」となっています。"
            yield Finding("certified_without_system", sentence, answer(said.answers[held]), answer(said.answers[name]))


def certificates_disagree(said: CaseSaid) -> Iterator[Finding]:
    """ISMS is certified, yet no certificate of a third party is held."""
    if said.is_said("isms_certified", "yes") and said.is_said("certification", "no"):
        sentence = "ISMS認証を取得しているのに、第三者の認証がないことになっています。"
        first, second = said.answers["isms_certified"], said.answers["certification"]
        yield Finding("certificates_disagree", sentence, answer(first), answer(second))


def data_nobody_has(said: CaseSaid) -> Iterator[Finding]:
    """Card numbers or health data are kept, but of nobody."""
    if said.number("personal_records") != 0:
        return
    for name, values in (("card_data", ("stored",)), ("sensitive_data", ("yes",))):
        if said.is_said(name, *values):
            sentence = "個人に関する情報を取り扱っているのに、保有する個人情報が0件となっています。"
            first, second = said.answers[name], said.answers["personal_records"]
            yield Finding("data_nobody_has", sentence, answer(first), answer(second))


def part_exceeds_sales(said: CaseSaid) -> Iterator[Finding]:
    """A part of the sales is more than all of them."""
    whole = said.company.sales_yen
    for name in ("retail_sales_yen", "overseas_sales_yen", "insureds_sales_yen"):
        part = said.number(name)
        if whole and part is not None and part > whole:
            sentence = "売上高の内訳が、年間売上高より大きくなっています。"
            yield Finding("part_exceeds_sales", sentence, answer(said.answers[name]), sales(said.company))


def actual_sales_before_first_closing(said: CaseSaid) -> Iterator[Finding]:
    """No year was ever closed, yet the sales are those of a closed year."""
    if said.is_said("fiscal_year_closed", "no") and said.company.sales_yen and not said.company.is_planned:
        sentence = "決算を終えた年度がないのに、年間売上高が実績として入力されています。"
        first = answer(said.answers["fiscal_year_closed"])
        yield Finding("actual_sales_before_first_closing", sentence, first, sales(said.company))


def companies_not_named(said: CaseSaid) -> Iterator[Finding]:
    """Companies are to be insured, but not all of them are named; without a name there is no cover."""
    names = said.answers.get("subsidiary_names")
    count = (said.number("subsidiaries") or 0) + (said.number("partners") or 0)
    listed = any(filed.code == "insureds_list" for filed in said.documents)
    if names is None or not count or listed:
        return
    counted = said.answers["subsidiaries" if said.number("subsidiaries") else "partners"]
    told = _names(names.value)
    if told < count:
        sentence = f"加える会社は{count}社ですが、名称が{told}社分しかありません。名称のない会社は補償されません。"
        yield Finding("companies_not_named", sentence, answer(counted), answer(names))


def companies_named_but_none(said: CaseSaid) -> Iterator[Finding]:
    """No company is to be added, yet some were named."""
    names = said.answers.get("subsidiary_names") or said.left_over.get("subsidiary_names")
    if said.number("subsidiaries") == 0 and not said.number("partners") and names and _names(names.value):
        sentence = "加える国内の子会社は0社ですが、名称が記載されています。"
        first = answer(said.answers["subsidiaries"])
        yield Finding("companies_named_but_none", sentence, first, answer(names))


def told_then_denied(said: CaseSaid) -> Iterator[Finding]:
    """An event was described in this form, and then denied."""
    for name, questions in _TELLING.items():
        detail = said.left_over.get(name)
        denied = [said.answers[question] for question in questions if said.is_said(question, "no")]
        if detail and denied and not _is_nothing(detail.value):
            sentence = "いったん内容を記載していただいた事故や状況が、「いいえ」に変わっています。"
            yield Finding("told_then_denied", sentence, answer(denied[0]), answer(detail))


def said_but_not_told(said: CaseSaid) -> Iterator[Finding]:
    """An event is admitted, and its description says there was none."""
    for name, questions in _TELLING.items():
        admitted = [said.answers[question] for question in questions if said.is_said(question, "yes")]
        detail = said.answers.get(name)
        if admitted and detail and _is_nothing(detail.value):
            sentence = "事故や状況が「ある」とのことですが、その内容が記載されていません。"
            yield Finding("said_but_not_told", sentence, answer(admitted[0]), answer(detail))


def it_company_without_it_services(said: CaseSaid) -> Iterator[Finding]:
    """A company whose line of business is IT services sells none."""
    if said.company.is_it_company and said.is_said("it_services_to_others", "no"):
        sentence = "業種がITサービス業なのに、他社へのITサービスの提供がないことになっています。"
        first = answer(said.answers["it_services_to_others"])
        second = Place("fact", "industry", "業種(リスク情報)", "ITサービス業")
        yield Finding("it_company_without_it_services", sentence, first, second)


def forms_disagree(said: CaseSaid) -> Iterator[Finding]:
    """The same question answered otherwise in another open form of the customer."""
    for name, other in said.elsewhere.items():
        here = said.answers.get(name)
        if here is not None and here.value != other.value and _can_disagree(name, here.value, other.value):
            sentence = f"お客さまの別の見積({other.number})では、同じ質問への回答が違います。"
            yield Finding("forms_disagree", sentence, answer(here), earlier(other))


def _can_disagree(name: str, here: object, other: object) -> bool:
    """はい, いいえ and choices can disagree; わからない gives way, numbers and texts differ for many good reasons.
    What the bank does not know, a declaration for instance, disagrees when it is はい or いいえ."""
    meaning = bank().meaning(name)
    is_closed = meaning.kind in ("yes_no", "choice") if meaning else here in ("yes", "no")
    return is_closed and "unknown" not in (here, other)


def _names(text: object) -> int:
    lines = [line for line in str(text).replace("、", "\n").splitlines() if line.strip()]
    return 0 if _is_nothing(text) else len(lines)


def _is_nothing(text: object) -> bool:
    return str(text).strip() in NOTHING
