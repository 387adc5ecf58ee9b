"""The mail catcher takes real mail and shows it; a mail is hostile input."""

import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from local.mailcatcher import MailCatcher

PDF = b"%PDF-1.7 \xe8\xa8\xbc\xe5\x88\xb8"


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "mail") as running:
        yield running


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = headers.get("subject", "【更改のご案内】サイバー保険の満期が近づいています")
    message["From"] = "盾保険サービス <no-reply@tate.example>"
    message["To"] = headers.get("to", "髙﨑 様 <takasaki@customer.example>")
    message["Message-ID"] = "<renewal-412@tate.example>"
    message.set_content(headers.get("body", "満期日は2027年4月1日です。"))
    return message


def send(catcher: MailCatcher, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port) as connection:
        connection.send_message(message)


def get(catcher: MailCatcher, path: str, host: str | None = None) -> tuple[int, str, bytes]:
    request = urllib.request.Request(catcher.url + path, headers={"Host": host} if host else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, str(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, str(error.headers), error.read()


def test_an_empty_folder_says_that_nothing_has_come(catcher: MailCatcher) -> None:
    status, _, page = get(catcher, "")
    assert status == 200
    assert "まだメールは届いていません" in page.decode()


def test_a_japanese_mail_with_a_paper_can_be_read_and_its_paper_downloaded(catcher: MailCatcher) -> None:
    message = letter()
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="保険証券 C-2026-000123.pdf")
    send(catcher, message)
    _, _, listing = get(catcher, "")
    (name,) = catcher.store.names()
    assert "【更改のご案内】サイバー保険の満期が近づいています" in listing.decode()
    assert f'href="/mails/{name}"' in listing.decode()
    _, _, page = get(catcher, f"mails/{name}")
    for shown in (
        "満期日は2027年4月1日です。",
        "髙﨑 様 &lt;takasaki@customer.example&gt;",
        "&lt;renewal-412@tate.example&gt;",
        "保険証券 C-2026-000123.pdf",
    ):
        assert shown in page.decode()
    status, headers, content = get(catcher, f"mails/{name}/attachments/0")
    assert (status, content) == (200, PDF)
    assert "Content-Type: application/pdf" in headers
    assert "attachment; filename*=UTF-8''%E4%BF%9D" in headers
    _, headers, source = get(catcher, f"mails/{name}/source")
    assert b"renewal-412@tate.example" in source
    assert "text/plain" in headers


def test_newest_mail_stands_first_and_old_ones_on_later_pages(catcher: MailCatcher) -> None:
    for number in range(51):
        catcher.store.keep(letter(subject=f"通知 {number:03d}").as_bytes())
    first, second = (get(catcher, f"?page={page}")[2].decode() for page in (1, 2))
    assert first.index("通知 050") < first.index("通知 049")
    assert "通知 000" not in first
    assert "通知 000" in second
    assert "51件" in first


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_a_strange_page_number_shows_some_page(catcher: MailCatcher, page: str) -> None:
    catcher.store.keep(letter().as_bytes())
    assert get(catcher, "?page=" + urllib.request.quote(page))[0] == 200


def test_markup_in_a_mail_is_shown_not_run(catcher: MailCatcher) -> None:
    evil = "<script>alert(1)</script>"
    message = letter(subject=evil, body=evil)
    message.add_alternative(f"<html>{evil}</html>", subtype="html")
    message.add_attachment(evil.encode(), maintype="text", subtype="html", filename=evil)
    send(catcher, message)
    (name,) = catcher.store.names()
    for path in ("", f"mails/{name}"):
        _, headers, page = get(catcher, path)
        assert evil not in page.decode()
        assert "default-src 'none'" in headers
    _, headers, _ = get(catcher, f"mails/{name}/attachments/0")
    assert "Content-Type: application/octet-stream" in headers
    assert "nosniff" in headers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?b?////?=\r\n\r\n",
        b"Subject: =?nowhere?q?x?=\r\nContent-Type: text/plain; charset=nowhere\r\n\r\n\xe7\x9b\xbe",
        b"To: <<<>>>@@,;:\r\nFrom: @\r\nMessage-ID: <\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: message/rfc822\r\n\r\n",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Disposition: attachment; filename*=nowhere''%ff\r\n\r\nx",
    ],
)
def test_a_broken_mail_still_gives_a_page(catcher: MailCatcher, content: bytes) -> None:
    name = catcher.store.keep(content)
    assert get(catcher, "")[0] == 200
    assert get(catcher, f"mails/{name}")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "mails/00000000000000000000",
        "mails/..%2F..%2Fetc%2Fpasswd",
        "mails/../../etc/passwd",
        "mails/x/attachments/0",
        "nowhere",
    ],
)
def test_what_is_not_there_gets_a_sentence(catcher: MailCatcher, path: str) -> None:
    status, _, page = get(catcher, path)
    assert status == 404
    assert "このメールは見つかりません" in page.decode()


def test_an_attachment_that_is_not_there_is_not_found(catcher: MailCatcher) -> None:
    name = catcher.store.keep(letter().as_bytes())
    assert [get(catcher, f"mails/{name}/attachments/{number}")[0] for number in ("0", "-1", "x")] == [404] * 3


def test_a_foreign_page_cannot_read_through_a_name_that_points_here(catcher: MailCatcher) -> None:
    assert get(catcher, "", host="evil.example")[0] == 404


def test_refusals_and_cut_connections_can_be_asked_for(tmp_path: Path) -> None:
    with MailCatcher(tmp_path, refuse_every=2, cut_every=2) as catcher:
        send(catcher, letter())
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(catcher, letter())
        assert [code for code, _ in refused.value.recipients.values()] == [451]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(catcher, letter())
        assert len(catcher.store.names()) == 2, "the cut came after the mail was kept"
