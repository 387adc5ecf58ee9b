"""Why a letter did not arrive, in words; and whether the address is to blame (RFC 3463, and what servers say)."""

import re

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")

# The enhanced status code without its class. The class says whether the server tries again, not whose fault it is.
_WORDS = {
    "1.1": "宛先のメールアドレスが存在しません",
    "1.2": "宛先のドメインが存在しません",
    "1.3": "宛先のメールアドレスの書き方が正しくありません",
    "1.6": "宛先のメールアドレスは移転しました",
    "1.10": "宛先のドメインはメールを受け取りません",
    "2.1": "宛先のメールボックスが停止されています",
    "2.2": "宛先のメールボックスが一杯です",
    "2.3": "メールが相手の受け取れる大きさを超えています",
    "3.4": "メールが相手の受け取れる大きさを超えています",
    "4.1": "相手のメールサーバーから応答がありません",
    "4.4": "宛先のドメインのメールサーバーが見つかりません",
    "4.7": "期限までに相手のメールサーバーに届けられませんでした",
}
_SUBJECTS = {
    "1": "宛先のメールアドレスに問題があります",
    "2": "宛先のメールボックスに問題があります",
    "3": "相手のメールサーバーが受け取れませんでした",
    "4": "相手のメールサーバーまで届きませんでした",
    "5": "相手のメールサーバーとのやりとりに失敗しました",
    "6": "メールの形式を相手が受け取れませんでした",
    "7": "相手のメールサーバーに受信を拒否されました",
}
# Codes that speak of the address; every other failure may be over tomorrow, or be our own.
_OF_THE_ADDRESS = {"2.1", "4.4"} | {f"1.{detail}" for detail in (0, 1, 2, 3, 6, 10)}
_FULL = re.compile(r"mailbox (is )?full|quota|容量|一杯|いっぱい|満杯", re.IGNORECASE)
_NOBODY = re.compile(
    r"unknown user|user (is )?unknown|unknown recipient|recipient unknown|no such (user|mailbox|recipient|address)"
    r"|no mailbox here|(does not|doesn't) exist|invalid (recipient|mailbox|address)|user (was )?not found"
    r"|mailbox (is )?(unavailable|disabled|not found)|account (is |has been )?(disabled|inactive|closed)"
    r"|host (or domain name )?not found|宛先不明|存在しません|存在しない|見つかりません|見つかりませんでした"
    r"|使われていません|ありませんでした|あて先不明|アドレスがありません",
    re.IGNORECASE,
)
_UNCLEAR = "届きませんでした"
_LONGEST = 400


def diagnose(said: str, status: str = "") -> tuple[bool, str]:
    """Whether the address is not to be used again, and the reason in words with what the server said."""
    code = _STATUS.search(status) or _STATUS.search(said)
    found, klass = (f"{code[2]}.{code[3]}", code[1]) if code else ("0.0", "")
    nobody, full = bool(_NOBODY.search(said)), bool(_FULL.search(said))
    words = _WORDS.get(found) or _SUBJECTS.get(found.split(".")[0])
    if words is None:
        words = _WORDS["2.2"] if full else _WORDS["1.1"] if nobody else _UNCLEAR
    # 5.0.0 says nothing; then what the server wrote decides. A full mailbox is emptied one day.
    of_the_address = found in _OF_THE_ADDRESS or (nobody and found.split(".")[0] in {"0", "1", "2"})
    permanent = of_the_address and klass != "4" and not (full and found != "1.1")
    quoted = f"({' '.join(said.split())})" if said.strip() else ""
    return permanent, f"{words}{quoted}"[:_LONGEST]
