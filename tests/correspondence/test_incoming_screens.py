"""What people see of mail that comes back: on the desk, on the letter's page, and where they deal with it."""

import io
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from accounts.queries import robot
from correspondence.incoming.receiving import receive
from correspondence.models import Bounce, IncomingMail, Letter
from correspondence.states import LetterStatus
from local.chaos.returned import reply, report
from tests.correspondence.conftest import AT, in_status
from tests.making import make_agency, make_customer, make_user

TO = "takasaki@customer.example"


def test_a_bounce_goes_from_the_desk_through_its_form_into_the_file(
    client: Client, clerk: User, make_letter: Callable[..., Letter]
) -> None:
    customer = make_customer(clerk, email=TO, phone="03-9999-0001")
    letter = in_status(lambda: make_letter(about=[customer]), LetterStatus.SENT)
    receive(io.BytesIO(report(letter.message_id)), by=robot(), at=AT)
    bounce = Bounce.objects.get()
    address = reverse("correspondence:bounce-handle", args=[bounce.pk])
    client.force_login(clerk)
    assert address in client.get(reverse("desk:today")).content.decode()
    assert "不達" in client.get(reverse("correspondence:letters"), {"status": "MISSED"}).content.decode()
    assert address in client.get(letter.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert "03-9999-0001" in page
    assert "今後この宛先には送りません" in page

    wrong = client.post(address, {"deed": "MENDED", "note": "x", "new_address": "a@b.example\nBcc: c@d.example"})
    assert wrong.status_code == 422
    assert "有効なメールアドレスを入力してください" in wrong.content.decode()
    assert client.post(address, {"deed": "MENDED", "note": "お電話で確認"}).status_code == 422
    facts = {"deed": "MENDED", "note": "お電話で確認", "new_address": "ｎｅｗ＠customer.example"}
    assert client.post(address, facts).status_code == 302
    twice = client.post(address, facts)  # a double click
    assert twice.status_code == 422
    assert "記録済み" in twice.content.decode()
    assert address not in client.get(reverse("desk:today")).content.decode()
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "宛先を直して送り直した: お電話で確認" in page
    assert "不達・対応済" in client.get(reverse("correspondence:letters")).content.decode()
    assert customer.contacts.get().email == "new@customer.example"


def test_what_came_in_is_listed_read_and_answered_for(
    client: Client, clerk: User, make_letter: Callable[..., Letter]
) -> None:
    letter = in_status(make_letter, LetterStatus.SENT)
    mail = receive(
        io.BytesIO(reply(letter.message_id, text="<script>alert(1)</script>お願いします")), by=robot(), at=AT
    )
    client.force_login(clerk)
    desk = client.get(reverse("desk:today")).content.decode()
    assert mail.get_absolute_url() in desk
    assert "お客さまから返信" in desk
    page = client.get(mail.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert client.post(mail.get_absolute_url(), {"note": ""}).status_code == 422
    assert client.post(mail.get_absolute_url(), {"note": "お電話しました"}).status_code == 302
    assert mail.get_absolute_url() not in client.get(reverse("desk:today")).content.decode()
    listing = reverse("correspondence:incoming")
    assert "お電話しました" in client.get(listing, {"kind": "REPLY", "q": "takasaki"}).content.decode()
    assert "該当する受信メールはありません" in client.get(listing, {"state": "waiting"}).content.decode()
    assert "使えない検索条件" in client.get(listing, {"state": "waiting", "x": "1"}).content.decode()


def test_mail_of_another_agency_is_not_there_and_an_auditor_only_reads(
    client: Client, make_letter: Callable[..., Letter], auditor: User
) -> None:
    letter = in_status(make_letter, LetterStatus.SENT)
    mail = receive(io.BytesIO(report(letter.message_id)), by=robot(), at=AT)
    address = reverse("correspondence:bounce-handle", args=[Bounce.objects.get().pk])
    client.force_login(auditor)
    assert "<form" not in client.get(address).content.decode().partition("<main")[2].partition("<button")[2]
    client.post(address, {"deed": "CALLED", "note": "x"})
    assert Bounce.objects.open().exists()
    client.force_login(make_user(make_agency("他社"), Role.CLERK))
    assert client.get(address).status_code == 404
    assert client.get(mail.get_absolute_url()).status_code == 404
    assert IncomingMail.objects.count() == 1
