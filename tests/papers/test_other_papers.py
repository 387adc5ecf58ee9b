"""更改のご案内 and 事故連絡票: what they say, and that a changed claim is told as the next revision."""

from collections.abc import Callable

import pytest

from claims import actions as claim_actions
from claims.papers import claim_notice_page
from core.doors import perform
from core.money import format_limit, format_yen
from correspondence.models import Paper
from tests.claims.making import A_TUESDAY, make_claim
from tests.making import make_user
from tests.papers.reading import Printed
from tests.papers.scenes import Scene
from tests.quotes.making import make_quote

Scenes = Callable[[str], Scene]
Prints = Callable[[str, str], Printed]

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("name", ["ordinary", "extreme"])


@both
def test_a_renewal_notice_says_what_practice_asks_for(scene: Scenes, printed: Prints, name: str) -> None:
    paper, policy = printed(name, "RENEWAL_NOTICE"), scene(name).policy
    for words in (
        f"証券番号{policy.number}", policy.customer.name, "満期日時2027年5月1日午後4時", "無保険の状態",
        *(f"{line.label} 支払限度額{format_limit(line.limit_yen)}" for line in policy.agreed.cover),
        f"年間保険料{format_yen(policy.premium_yen)}", "新しい売上高と告知の内容をうかがってから",
        "売上高の資料", "告知書",
        "重要事項説明書をあらためてお渡しし", "2027年4月17日までに", policy.in_charge.name, policy.in_charge.email,
        policy.agency.phone, "回答票", "□更改する□検討中□更改しない", "決算月",
    ):  # fmt: skip
        assert paper.says(words), words


def test_a_claim_notice_keeps_every_date_apart(printed: Prints) -> None:
    plainly, leak = printed("ordinary", "CLAIM_NOTICE"), printed("extreme", "CLAIM_NOTICE")
    assert plainly.says("事故の発生日時不明")
    assert plainly.says("請求は受けていない")
    for words in (
        "事故の発生日時2026年11月21日午前9時43分", "事故の発見日時2026年11月24日午前8時",
        "損害賠償の請求を受けた日時2026年11月24日午前9時", "代理店への通知日時2026年11月24日午前9時55分",
        "おそれの通知いいえ", "1,001人", "確報の期限2027年1月22日(60日以内)", "警察と金融機関の両方",
        "■感染・被害端末をネットワークから切り離した", "□警察に相談した",
    ):  # fmt: skip
        assert leak.says(words), words


@both
def test_a_claim_notice_states_the_term_and_judges_nothing(scene: Scenes, printed: Prints, name: str) -> None:
    paper = printed(name, "CLAIM_NOTICE")
    for check in scene(name).papers["CLAIM_NOTICE"].page["checks"]:
        assert all(paper.says(row["value"]) for row in check["sentences"])
    assert paper.says("代理店は補償の有無を判断していません")
    assert not any(paper.says(words) for words in ("お支払いします", "支払われます", "示談", "補償の対象です"))


def test_a_claim_without_a_contract_says_so() -> None:
    page = claim_notice_page(make_claim(make_user(), caller_words="見本商会 C-2026"))
    assert page.policy == ()
    assert page.who == "見本商会 C-2026"
    assert page.addressee.name == "引受保険会社 事故受付窓口"


def test_a_claim_told_again_is_the_next_revision_and_both_stay() -> None:
    policy = make_quote("ISSUED").policy
    claim = make_claim(policy.in_charge, policy.customer, policy)
    by, at = policy.in_charge, A_TUESDAY
    facts = {"description": "サーバー2台のファイルが暗号化された。"}
    perform(claim_actions.correct_claim, claim=claim, facts=facts, seen_version=claim.version, by=by, at=at)
    perform(claim_actions.resend_claim, claim=claim, by=by, at=at)
    first, second = Paper.objects.filter(subject=claim.number).order_by("revision")
    assert second.corrects == first
    assert second.page["description"] != first.page["description"]
