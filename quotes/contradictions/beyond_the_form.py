"""Contradictions with what we know from elsewhere: the customer's claims, and the documents he sent."""

from collections.abc import Iterator
from datetime import date

from core.periods import months_after
from quotes.contradictions.facts import CaseSaid, Finding, answer, document, happening

_FIVE_YEARS = 60
# The question, and the statement of the short form, with the answer that denies.
_NO_INCIDENT = (("prior_incident", "no"), ("no_event_five_years", "yes"))
_NO_CIRCUMSTANCES = (("known_circumstances", "no"), ("no_known_circumstances", "yes"))


def claim_but_no_incident(said: CaseSaid) -> Iterator[Finding]:
    """An event was reported to us within five years, and the form says there was none."""
    since = months_after(said.on, -_FIVE_YEARS)
    told = [one for one in said.happenings if one.on >= since and not one.is_circumstance]
    for name, denial in _NO_INCIDENT if told else ():
        if said.is_said(name, denial):
            sentence = "過去5年間に当社が受け付けた事故があるのに、事故はなかったと告知されています。"
            yield Finding("claim_but_no_incident", sentence, answer(said.answers[name]), happening(told[0]))


def open_claim_but_no_circumstances(said: CaseSaid) -> Iterator[Finding]:
    """An event is still being dealt with, and the form says nothing is known that may lead to a claim."""
    told = [one for one in said.happenings if one.is_open]
    for name, denial in _NO_CIRCUMSTANCES if told else ():
        if said.is_said(name, denial):
            sentence = "対応中の事故があるのに、事故や請求につながる状況は把握していないと告知されています。"
            yield Finding("open_claim_but_no_circumstances", sentence, answer(said.answers[name]), happening(told[0]))


def attacked_but_never(said: CaseSaid) -> Iterator[Finding]:
    """An attack was reported to us, and the form says there never was one."""
    told = [one for one in said.happenings if one.is_attack]
    if told and said.is_said("past_attack", "no"):
        sentence = "当社がサイバー攻撃による事故を受け付けているのに、被害を受けたことはないと告知されています。"
        yield Finding("attacked_but_never", sentence, answer(said.answers["past_attack"]), happening(told[0]))


def certificate_expired(said: CaseSaid) -> Iterator[Finding]:
    """The certificate is held, and has run out before cover begins."""
    until = said.answers.get("isms_expires_on")
    if said.is_said("isms_certified", "yes") and until and date.fromisoformat(str(until.value)) < said.on:
        sentence = "ISMS認証を取得しているとのことですが、登録証の有効期限が保険始期より前です。"
        yield Finding("certificate_expired", sentence, answer(said.answers["isms_certified"]), answer(until))


def certificate_sent_but_denied(said: CaseSaid) -> Iterator[Finding]:
    """The certificate was sent, and the form says there is none."""
    sent = [filed for filed in said.documents if filed.code in {"isms_certificate", "isms_surveillance"}]
    for name in ("isms_certified", "certification") if sent else ():
        if said.is_said(name, "no"):
            sentence = "認証の書類を受領しているのに、認証を取得していないと告知されています。"
            yield Finding("certificate_sent_but_denied", sentence, answer(said.answers[name]), document(sent[0]))


def copy_promised_but_missing(said: CaseSaid) -> Iterator[Finding]:
    """The copy stands in for the questions it replaces, and has not come."""
    certificates = [filed for filed in said.documents if filed.code == "isms_certificate"]
    others = [filed for filed in said.documents if filed.code == "isms_surveillance"]
    if said.is_said("isms_copy", "yes") and others and not certificates:
        sentence = "登録証の写しを提出するとのことですが、受領したのは審査の結果だけです。"
        yield Finding("copy_promised_but_missing", sentence, answer(said.answers["isms_copy"]), document(others[0]))


def documents_are_old(said: CaseSaid) -> Iterator[Finding]:
    """The list of companies was sent more than a year before cover begins."""
    aged = [
        filed for filed in said.documents if filed.code == "insureds_list" and filed.on < months_after(said.on, -12)
    ]
    if aged and said.number("subsidiaries"):
        sentence = "加える会社の一覧は1年より前に受領したものです。現在の会社と同じか確認してください。"
        first = answer(said.answers["subsidiaries"])
        yield Finding("documents_are_old", sentence, first, document(aged[0]))
