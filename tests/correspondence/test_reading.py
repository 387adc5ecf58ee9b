"""What a mail that came back says, without a database."""

import pytest

from correspondence.incoming.arriving import HEAD, Arrived
from correspondence.incoming.diagnosing import diagnose
from correspondence.incoming.reading import read
from correspondence.states import IncomingKind
from local.chaos.returned import away, japanese_report, old_japanese, qmail, reply, report

ID = f"<{'ab' * 20}@tate.example>"
TO = "takasaki@customer.example"


@pytest.mark.parametrize("mail", [report, japanese_report, qmail, old_japanese])
def test_a_bounce_of_any_make_names_its_letter_its_address_and_that_the_address_is_dead(mail):
    found = read(mail(ID))
    assert found.kind == IncomingKind.BOUNCE
    assert found.letters == (ID,)
    [failure] = found.failures
    assert TO in failure.addresses
    assert failure.is_permanent
    assert failure.diagnostic.startswith("宛先のメールアドレスが存在しません(")


def test_japanese_words_of_a_server_are_readable():
    assert read(japanese_report(ID)).subject == "配信不能のお知らせ"
    assert "宛先不明です" in read(japanese_report(ID)).text
    assert read(old_japanese(ID)).subject == "エラーメール(宛先不明)"


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (report(ID, action="delayed", status="4.4.1"), IncomingKind.DELAY),
        (report(ID, action="delivered", status="2.0.0"), IncomingKind.RECEIPT),
        (report(ID, action="relayed", status="2.0.0"), IncomingKind.RECEIPT),
        (away(ID), IncomingKind.AUTO_REPLY),
        (away(ID).replace(b"X-Autoreply: yes", b"Auto-Submitted: auto-replied (vacation)"), IncomingKind.AUTO_REPLY),
        (away(ID).replace(b"X-Autoreply: yes\n", b""), IncomingKind.AUTO_REPLY),  # 【不在】 alone
        (reply(ID), IncomingKind.REPLY),
        (reply(ID, "宛先不明のメールについて"), IncomingKind.REPLY),
        (reply(ID, "Fwd: failure notice", qmail(ID).decode().partition("\n\n")[2]), IncomingKind.REPLY),
        (reply("<other@customer.example>"), IncomingKind.OTHER),
        (b"", IncomingKind.UNREADABLE),
        (b"\x00\xff\xfe garbage without a header", IncomingKind.UNREADABLE),
    ],
)
def test_what_is_no_failure_is_told_apart(mail, kind):
    found = read(mail)
    assert found.kind == kind
    assert found.failures == ()


def test_an_original_recipient_comes_before_where_it_was_forwarded():
    [failure] = read(report(ID, to="new@elsewhere.example", original=TO)).failures
    assert failure.addresses == (TO, "new@elsewhere.example")


@pytest.mark.parametrize(
    ("said", "status", "permanent", "words"),
    [
        ("550 5.1.1 no such user", "5.1.1", True, "宛先のメールアドレスが存在しません"),
        ("550 Unknown user", "5.0.0", True, "宛先のメールアドレスが存在しません"),
        ("host not found", "5.4.4", True, "宛先のドメインのメールサーバーが見つかりません"),
        ("552 mailbox full", "5.2.2", False, "宛先のメールボックスが一杯です"),
        ("552 quota", "5.0.0", False, "宛先のメールボックスが一杯です"),
        ("550 spam", "5.7.1", False, "相手のメールサーバーに受信を拒否されました"),
        ("timed out", "4.4.7", False, "期限までに相手のメールサーバーに届けられませんでした"),
        ("450 user unknown in local table", "4.1.1", False, "宛先のメールアドレスが存在しません"),
        ("", "", False, "届きませんでした"),
    ],
)
def test_only_the_address_itself_is_given_up(said, status, permanent, words):
    found, diagnostic = diagnose(said, status)
    assert (found, diagnostic.partition("(")[0]) == (permanent, words)


def _nested(depth: int) -> bytes:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"From: a@b.example\n{head}text".encode()


@pytest.mark.parametrize(
    "mail",
    [
        _nested(50),
        _nested(1500),
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 30_000,
        b"From: " + b"<" * 400_000 + b"\nSubject: " + b"=?x?q?" * 50_000 + b"\n\n" + b"a." * 300_000,
        b"Subject: =?no-such-charset?B?//8=?= =?iso-2022-jp?B?!!!?=\n"
        b"Content-Type: text/plain; charset=\"\xff\"\n\n\x1b$B\xff",
        b"Content-Type: text/plain; charset=idna\nFrom: a@b.example\n\n" + b"\xe3." * 2000,
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=X\n\n--X\n"
        b"Content-Type: message/delivery-status\n\n\nAction: failed\nFinal-Recipient: x\n\n--X--\n",
        report(ID).replace(b"takasaki@", b"takasaki\r\n Bcc: spy@"),
        japanese_report(ID)[:700],
    ],
    ids=["nested", "nested-deep", "many-parts", "long-headers", "charsets", "idna", "empty-report", "break", "cut"],
)  # fmt: skip
def test_a_hostile_mail_is_read_or_kept_but_never_raises(mail):
    found = read(Arrived.whole(mail).head)
    assert "\n" not in found.subject + found.sender
    assert "\x00" not in found.text
    assert all("\n" not in address for failure in found.failures for address in failure.addresses)
    assert len(found.text) <= 4000


def test_a_mail_of_thirty_megabytes_keeps_its_fingerprint_and_only_its_beginning():
    mail = report(ID) + b"x" * 30_000_000
    arrived = Arrived.whole(mail)
    assert (arrived.size, len(arrived.head)) == (len(mail), HEAD)
    assert read(arrived.head).letters == (ID,)
    assert arrived.sha256 != Arrived.whole(mail[:-1]).sha256
