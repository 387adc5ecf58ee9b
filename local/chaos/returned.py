"""Mails as servers and people really send them back, made of the headers of a letter of ours; tests use them too."""

from email.header import Header
from email.message import EmailMessage


def report(
    message_id: str, *, to: str = "takasaki@customer.example", action: str = "failed", status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 User unknown", original: str = "", charset: str = "us-ascii",
    words: str = "Your message could not be delivered.", subject: bytes = b"Undelivered Mail Returned to Sender",
) -> bytes:  # fmt: skip
    """RFC 3464, as Postfix writes it: three parts, the headers of the letter last."""
    was = f"Original-Recipient: rfc822;{original}\r\n" if original else ""
    return b"\r\n".join(
        [
            b"Return-Path: <>", b"From: MAILER-DAEMON@mx.customer.example (Mail Delivery System)",
            b"Subject: " + subject, b"To: no-reply@tate.example", b"Auto-Submitted: auto-replied",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="X"', b"",
            b"--X", b"Content-Type: text/plain; charset=" + charset.encode(), b"", words.encode(charset), b"",
            b"--X", b"Content-Type: message/delivery-status", b"",
            b"Reporting-MTA: dns; mx.customer.example", b"Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0900", b"",
            f"Final-Recipient: rfc822; {to}\r\n{was}Action: {action}\r\nStatus: {status}".encode(),
            f"Diagnostic-Code: {said}".encode(), b"",
            b"--X", b"Content-Type: text/rfc822-headers", b"",
            b"From: no-reply@tate.example", f"To: {to}\r\nMessage-ID: {message_id}".encode(), b"", b"--X--", b"",
        ]
    )  # fmt: skip


def japanese_report(message_id: str, **facts: str) -> bytes:
    """The same with words and subject in ISO-2022-JP."""
    subject = Header("配信不能のお知らせ", "iso-2022-jp").encode().encode()
    return report(
        message_id,
        charset="iso-2022-jp",
        words="次の宛先に配信できませんでした。宛先不明です。",
        subject=subject,
        **facts,
    )


def qmail(message_id: str, to: str = "takasaki@customer.example") -> bytes:
    return f"""From: MAILER-DAEMON@mail.customer.example
To: no-reply@tate.example
Subject: failure notice

Hi. This is the qmail-send program at mail.customer.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <no-reply@tate.example>
From: no-reply@tate.example
Message-ID: {message_id}
Subject: hello

hello
""".encode()


def old_japanese(message_id: str, to: str = "takasaki@customer.example") -> bytes:
    """A server of its own kind: raw ISO-2022-JP in the subject, one text, no report."""
    head = b"From: Postmaster <postmaster@isp.example>\nTo: no-reply@tate.example\nSubject: "
    text = f"""下記の宛先にはメールを配送できませんでした。
宛先: {to}
理由: 宛先不明 (該当するユーザーが存在しません)

元のメールのヘッダ:
Message-ID: {message_id}
"""
    mime = b"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=ISO-2022-JP\n\n"
    return head + "エラーメール(宛先不明)".encode("iso-2022-jp") + mime + text.encode("iso-2022-jp")


def away(message_id: str) -> bytes:
    """Out of office, as a groupware sends it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "takasaki@customer.example", "no-reply@tate.example"
    mail["Subject"], mail["In-Reply-To"] = "【不在】Re: 更改のご案内", message_id
    mail["X-Autoreply"] = "yes"
    mail.set_content("10月31日まで不在にしております。", charset="iso-2022-jp")
    return mail.as_bytes()


def reply(message_id: str, subject: str = "Re: 更改のご案内(10日は不在です)", text: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "髙橋 一郎 <takasaki@customer.example>", "no-reply@tate.example"
    mail["Subject"], mail["In-Reply-To"] = subject, message_id
    mail.set_content(text or "更改でお願いします。先日のメールは不達と出ましたが届いています。\n> MAILER-DAEMON")
    return mail.as_bytes()
