"""苦情台帳: lines are only added, another person ends it, silence rings, and it leaves the house with a reason."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from complaints import actions
from complaints.models import Complaint, ComplaintLine
from complaints.rules import lacking, rings_on
from core import clock
from core.doors import perform
from core.errors import Refused
from core.history import timeline
from desk.duties.board import KINDS, rows_of
from desk.duties.kinds import Moment
from desk.duties.scope import Scope
from tests.making import A_MONDAY, make_agency, make_customer, make_user
from tests.quotes.making import make_quote

TODAY = A_MONDAY.date()
HOUR = timedelta(hours=1)


def make_complaint(by=None, **facts):
    by = by or make_user()
    said = {"received_at": A_MONDAY, "channel": "PHONE", "complainant": "田中 一郎", "content": "説明が足りない。",
            "by": by, "at": A_MONDAY + HOUR}  # fmt: skip
    return perform(actions.receive_complaint, **{**said, **facts})


def write(complaint, kind, text="お詫びして説明した。", **facts):
    said = {"on": TODAY, "by": complaint.owner, "at": A_MONDAY + 2 * HOUR}
    return perform(actions.add_line, complaint=complaint, kind=kind, text=text, **{**said, **facts})


def test_a_finished_complaint_says_what_was_done_told_found_and_changed():
    assert len(lacking([])) == 4
    assert lacking(["FIRST", "REPORT", "CAUSE"]) == ["再発防止の取組みを記録してください。"]
    assert lacking(["FIRST", "REPORT", "CAUSE", "PREVENTION", "PROGRESS"]) == []
    assert rings_on(date(2026, 12, 28), 7) == date(2027, 1, 4)


@pytest.mark.django_db
def test_a_complaint_goes_its_way_and_another_person_ends_it():
    complaint = make_complaint()
    manager = make_user(complaint.agency, Role.MANAGER)
    words = {"text": "対応を終えた。", "at": A_MONDAY + 3 * HOUR}
    for kind in ("FIRST", "REPORT", "CAUSE"):
        write(complaint, kind)
    with pytest.raises(Refused) as refusal:
        perform(actions.propose_closing, complaint=complaint, by=complaint.owner, **words)
    assert refusal.value.reasons == ("再発防止の取組みを記録してください。",)
    write(complaint, "PREVENTION")
    perform(actions.propose_closing, complaint=complaint, by=manager, **words)
    with pytest.raises(Refused, match="管理者が"):
        perform(actions.approve_closing, complaint=complaint, by=complaint.owner, **words)
    with pytest.raises(Refused, match="本人は承認できません"):
        perform(actions.approve_closing, complaint=complaint, by=manager, **words)
    other = make_user(complaint.agency, Role.MANAGER)
    perform(actions.return_complaint, complaint=complaint, by=other, **words)
    perform(actions.propose_closing, complaint=complaint, by=complaint.owner, **words)
    closed = perform(actions.approve_closing, complaint=complaint, by=manager, **words)
    assert (closed.status, closed.closed_by, closed.due_on) == ("CLOSED", manager, None)
    with pytest.raises(Refused, match="訂正だけ"):
        write(complaint, "PROGRESS")
    first = complaint.lines.get(kind="FIRST")
    write(complaint, "FIRST", "折り返し電話した。", corrects=first)
    with pytest.raises(Refused, match="すでに訂正"):
        write(complaint, "FIRST", corrects=first)
    assert complaint.lines.count() == 9
    assert timeline(complaint).count() == 10


@pytest.mark.django_db
def test_the_database_lets_nothing_of_the_ledger_change_or_vanish():
    complaint = make_complaint()
    line = write(complaint, "FIRST")
    for deed, words in [
        (lambda: Complaint.objects.update(content="別の話"), "申出内容の訂正"),
        (lambda: Complaint.objects.all()._raw_delete("default"), "削除できません"),
        (lambda: ComplaintLine.objects.filter(pk=line.pk).update(text="別の話"), "新しい行"),
        (lambda: ComplaintLine.objects.all().delete(), "新しい行"),
        (lambda: Complaint.objects.update(status="CLOSED", due_on=None), "状態|完了"),
    ]:
        with pytest.raises(Refused, match=words):
            perform(deed)


@pytest.mark.django_db
def test_what_does_not_fit_is_refused_in_a_sentence():
    quote = make_quote()
    by = quote.in_charge
    with pytest.raises(Refused, match="未来"):
        make_complaint(by, received_at=A_MONDAY + 2 * HOUR)
    with pytest.raises(Refused, match="一致しません"):
        make_complaint(by, quote=quote, customer=make_customer(by))
    complaint = make_complaint(by, quote=quote)
    assert complaint.customer == quote.customer
    with pytest.raises(Refused, match="受付日より前"):
        write(complaint, "FIRST", on=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="種類"):
        write(complaint, "APPROVAL")
    with pytest.raises(Refused, match="あなたの代理店"):
        make_complaint(make_user(), quote=quote)
    with pytest.raises(Refused, match="閲覧のみ"):
        make_complaint(make_user(quote.agency, Role.AUDITOR))


@pytest.mark.django_db
def test_a_quiet_complaint_is_a_duty_until_a_line_is_written():
    complaint = make_complaint()
    kind = next(kind for kind in KINDS if kind.code == "complaints")

    def waits(days):
        moment = Moment(A_MONDAY + timedelta(days=days))
        return rows_of(kind, complaint.owner, Scope.ALL, moment).count()

    assert [waits(6), waits(7)] == [0, 1]
    write(complaint, "FIRST", at=A_MONDAY + timedelta(days=6))
    assert [waits(7), waits(13)] == [0, 1]


@pytest.mark.django_db
def test_another_person_takes_a_complaint_over(client):
    complaint = make_complaint()
    manager = make_user(complaint.agency, Role.MANAGER, name="本店 管理")
    auditor = make_user(complaint.agency, Role.AUDITOR)
    gone = make_user(complaint.agency, left_on=TODAY - timedelta(days=1))
    client.force_login(manager)
    url = reverse("complaints:assign", args=[complaint.number])
    assert url in client.get(complaint.get_absolute_url()).content.decode()
    assert "選んでください" in client.get(url).content.decode()
    for wrong in (auditor, gone, complaint.owner, make_user()):
        assert client.post(url, {"owner": wrong.pk}).status_code == 422
        with pytest.raises(Refused, match=r"選び直して|すでに"):
            perform(
                actions.assign_complaint, complaint=complaint, owner=wrong, by=manager, at=A_MONDAY + 2 * HOUR
            )  # fmt: skip
    page = client.post(url, {"owner": manager.pk}, follow=True).content.decode()
    assert "担当者を本店 管理さんに替えました。" in page
    complaint.refresh_from_db()
    assert complaint.owner == manager


@pytest.mark.django_db
def test_the_screens_take_a_complaint_from_the_file_to_its_end_and_out_as_csv(client):
    at = clock.now() - timedelta(days=1)
    by = make_user(make_agency(), Role.MANAGER)
    customer = make_customer(by, name="株式会社髙﨑商会")
    client.force_login(by)
    file = client.get(reverse("desk:customer", args=[customer.number])).content.decode()
    url = f"{reverse('complaints:new')}?customer={customer.number}"
    assert url in file
    said = {"received_at": f"{clock.jst(at):%Y-%m-%d %H:%M}", "channel": "MAIL", "complainant": "髙﨑",
            "content": "=証券が届かない<script>", "owner": by.pk}  # fmt: skip
    assert client.post(url, {**said, "content": " "}).status_code == 422
    page = client.post(url, said, follow=True).content.decode()
    complaint = Complaint.objects.get()
    assert "=証券が届かない&lt;script&gt;" in page
    assert "一次対応を記録してください。" in page
    lines = reverse("complaints:line", args=[complaint.number])
    for kind in ("FIRST", "REPORT", "CAUSE", "PREVENTION"):
        client.post(lines, {"kind": kind, "on": f"{clock.today()}", "text": f"{kind}の内容"})
    first = complaint.lines.get(kind="FIRST")
    client.post(f"{lines}?corrects={first.pk}", {"kind": "FIRST", "on": f"{clock.today()}", "text": "訂正した内容"})
    assert client.get(f"{lines}?corrects=x").status_code == 404
    assert "訂正した内容" in client.get(complaint.get_absolute_url()).content.decode()
    client.post(reverse("complaints:propose", args=[complaint.number]), {"text": "終えた"})
    own = client.post(reverse("complaints:approve", args=[complaint.number]), {"text": "よい"})
    assert (own.status_code, "本人は承認できません" in own.content.decode()) == (422, True)
    client.force_login(make_user(by.agency, Role.MANAGER, name="承認 管子"))
    client.post(reverse("complaints:approve", args=[complaint.number]), {"text": "よい"})
    assert (
        complaint.number in client.get(reverse("complaints:list"), {"status": "CLOSED", "q": "髙﨑"}).content.decode()
    )
    assert client.post(reverse("complaints:export"), {"reason": "", "encoding": "utf-8"}).status_code == 422
    told = client.post(reverse("complaints:export"), {"reason": "監査", "encoding": "utf-8"}).content.decode(
        "utf-8-sig"
    )
    assert "'=証券が届かない" in told
    assert "訂正した内容" in told
    assert "FIRSTの内容" not in told
    assert "承認 管子" in told
    assert "監査" in timeline(by.agency)[0].summary
    client.force_login(make_user())
    assert client.get(complaint.get_absolute_url()).status_code == 404
