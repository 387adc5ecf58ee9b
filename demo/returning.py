"""What comes back of the renewal notices: an address that does not exist, an absence, an answer.

The mails are written as a customer's server writes them and taken in by the door the mail server uses.
"""

from datetime import datetime
from email import message_from_string
from email.charset import Charset
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from io import BytesIO

from accounts.queries import robot
from correspondence.incoming.receiving import receive
from correspondence.models import Letter
from correspondence.states import LetterKind, LetterStatus
from demo.office import Office
from renewals.models import Renewal
from renewals.states import SILENT_STATUSES

UNKNOWN_WORDS = "次の宛先にメールを配信できませんでした。宛先不明です。"
ABSENT_WORDS = "出張のため不在にしております。戻り次第ご連絡いたします。"
ANSWER_WORDS = "ご案内ありがとうございます。今年も更改でお願いします。お電話をいただけますか。"


def come_back(office: Office, at: datetime) -> None:
    """Of the latest notices nobody has answered, one is lost, one meets an absence, one is answered."""
    person = office.solicitors[0]
    silent = Renewal.objects.filter(owner=person, status__in=SILENT_STATUSES).order_by("-pk")
    sent = Letter.objects.filter(kind=LetterKind.RENEWAL_NOTICE, status=LetterStatus.SENT)
    letters = [letter for renewal in silent[:20] for letter in sent.about(renewal)[:1]]
    for letter, write in zip(letters, (_unknown, _absent, _answer), strict=False):
        receive(BytesIO(write(letter)), by=robot(), at=at)


def _unknown(letter: Letter) -> bytes:
    """A delivery report in Japanese (RFC 3464)."""
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["From"], report["To"] = "MAILER-DAEMON@mx.customer.example", "no-reply@tate.example"
    report["Subject"] = Charset("iso-2022-jp").header_encode("配信不能のお知らせ")
    report["Auto-Submitted"] = "auto-replied"
    status = MIMENonMultipart("message", "delivery-status")
    status.set_payload(
        [
            message_from_string("Reporting-MTA: dns; mx.customer.example\n\n"),
            message_from_string(
                f"Final-Recipient: rfc822; {letter.to[0]}\nAction: failed\nStatus: 5.1.1\n"
                "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"
            ),
        ]
    )
    headers = MIMEText(f"Message-ID: {letter.message_id}\nTo: {letter.to[0]}\n", "rfc822-headers")
    for part in (MIMEText(UNKNOWN_WORDS, "plain", "iso-2022-jp"), status, headers):
        report.attach(part)
    return report.as_bytes()


def _absent(letter: Letter) -> bytes:
    return _written(letter, f"【不在】Re: {letter.subject}", ABSENT_WORDS, {"Auto-Submitted": "auto-replied"})


def _answer(letter: Letter) -> bytes:
    return _written(letter, f"Re: {letter.subject}", ANSWER_WORDS, {})


def _written(letter: Letter, subject: str, text: str, more: dict[str, str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = letter.to[0], "no-reply@tate.example", subject
    mail["In-Reply-To"] = letter.message_id
    for name, value in more.items():
        mail[name] = value
    mail.set_content(text, charset="iso-2022-jp")
    return mail.as_bytes()
