"""What customers do by the link of their notice, through the actions of their own pages: the code, the answers, the
signature, the papers page by page, the points, the application."""

from datetime import date

from django.db.models import Exists, OuterRef

from accounts.queries import robot
from bench.books import said
from core.clock import now, today
from core.errors import Refused
from correspondence.models import Bounce, Letter
from local.chaos.minds import Mind
from local.chaos.pressing import Hand
from portal import actions as portal
from portal.keys import code_from, new_key
from portal.models import Visitor
from portal.queries import onward_of, open_contradictions, papers_to_read
from portal.reading import make_bytes, reading_of
from portal.states import CodePurpose, Purpose, Verdict
from quotes.asking import answers_of, last_time, plan_of
from quotes.models import Quote
from quotes.states import QuoteStatus
from renewals.models import Renewal
from renewals.states import RenewalStatus

AT_ONCE = 0.6  # so many go on to the application in the same visit


def visit(hand: Hand, renewal: Renewal, mind: Mind) -> str:
    """As far as the pages let him, from wherever he stands. Returns what he did."""
    if renewal.status == RenewalStatus.NOTIFIED and (visitor := _by_link(renewal, Purpose.QUESTIONNAIRE)):
        answer(hand, visitor, mind)
        onward = onward_of(visitor, now())
        if onward is None or hand.dice.random() > AT_ONCE:
            return "answered by link"
        inside = hand.press(portal.go_on, visitor=visitor, key=new_key(), by=robot())
        apply(hand, _as_he_is(inside))
        return "answered and applied by link"
    if renewal.status == RenewalStatus.QUOTED and (visitor := _by_link(renewal, Purpose.APPLICATION)):
        apply(hand, come_in(hand, visitor))
        return "applied by link"
    return ""


def _by_link(renewal: Renewal, purpose: Purpose) -> Visitor | None:
    """Whoever has a link that opens; the notice that brought it must have reached him."""
    lost = Bounce.objects.filter(letter=OuterRef("pk"))
    mails = Letter.objects.about(renewal).filter(kind="RENEWAL_NOTICE", status="SENT")
    if not mails.filter(~Exists(lost)).exists():
        return None
    rows = Visitor.objects.filter(
        invitation__quote=renewal.quote, invitation__purpose=purpose, invitation__status__in=["SENT", "OPENED"],
        invitation__valid_until__gt=now(), introduced_by=None,
    )  # fmt: skip
    return rows.select_related("invitation__quote__product_version__product", "contact").first()


def _as_he_is(visitor: Visitor) -> Visitor:
    return Visitor.objects.select_related("invitation__quote__product_version__product", "contact").get(pk=visitor.pk)


def come_in(hand: Hand, visitor: Visitor) -> Visitor:
    """By the code in the mail."""
    code = hand.press(portal.ask_code, again=False, visitor=visitor, purpose=CodePurpose.ENTER, by=robot())
    verdict = hand.press(portal.enter, visitor=visitor, typed=code_from(code.seed), key=new_key(), by=robot())
    if verdict is not Verdict.RIGHT:
        raise Refused("確認コードが古くなりました。")  # a night passed over it
    return _as_he_is(visitor)


def answer(hand: Hand, visitor: Visitor, mind: Mind) -> None:
    """Sales, the questions, one tick for the rest, and the signature."""
    inside, quote, by = come_in(hand, visitor), visitor.invitation.quote, robot()
    plan, book = plan_of(quote), quote.product_version.book
    truth = said(book) | answers_of(last_time(quote))
    assert quote.renewal_of is not None
    sales = portal.Sales(quote.renewal_of.agreed.sales_yen or 0, _year_end(), "ACTUAL")
    hand.press(
        portal.answer_renewal, visitor=inside, sales=sales, values={ask.id: truth[ask.id] for ask in plan.asked},
        seen={}, unchanged=plan.unchanged, by=by,
    )  # fmt: skip
    for one in open_contradictions(Quote.objects.get(pk=quote.pk)):
        hand.press(
            portal.explain_as_customer, visitor=inside, fingerprint=one.finding.fingerprint,
            text="調査の結果、補償の対象となる事故に当たりませんでした。", by=by,
        )  # fmt: skip
    hand.press(
        portal.sign_questionnaire, visitor=inside, name=inside.name, title="総務部長", by=by,
        wishes="支払限度額を上げたい" if mind is Mind.WISHES else "", changes_wishes=mind is Mind.WISHES,
    )  # fmt: skip


def apply(hand: Hand, inside: Visitor) -> None:
    """Consent, every page, every point, the code that signs. What the office still has to record keeps it waiting."""
    quote, by = inside.invitation.quote, robot()
    if quote.status != QuoteStatus.OFFERED:
        return
    hand.press(portal.consent_by_link, visitor=inside, by=by)
    make_bytes(papers_to_read(quote), now())
    reading = reading_of(quote, inside, now())
    for paper in reading.papers:
        for page in reading.left.get(paper.pk, []):
            hand.press(portal.note_page, visitor=inside, paper=paper, page=page, by=by)
    for point in reading.open_points:
        hand.press(portal.confirm_point, visitor=inside, code=point.code, by=by)
    code = hand.press(portal.ask_code, again=False, visitor=inside, purpose=CodePurpose.SIGN, by=by)
    hand.press(portal.use_code, visitor=inside, purpose=CodePurpose.SIGN, typed=code_from(code.seed), by=by)
    hand.press(
        portal.sign_application, visitor=inside, option=quote.options.get(), payment_way="lump_sum",
        intent="情報漏えいの賠償と調査の費用に備えるため、このプランで申し込みます。", changes="変更なし",
        name=inside.name, title="総務部長", by=by,
    )  # fmt: skip


def _year_end() -> date:
    """The fiscal year that has closed: most do in March."""
    return date(today().year - (today() < date(today().year, 4, 15)), 3, 31)
