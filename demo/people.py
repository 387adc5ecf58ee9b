"""The agency, its offices and the people who log in."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from accounts.models import Agency, Office, Role, User

PASSWORD = "tate-demo-2026"  # noqa: S105 - printed by `make demo`, good on this machine only


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    kana: str
    role: Role
    office: str
    what: str


PEOPLE = (
    Person("tantou", "佐藤 美咲", "サトウ ミサキ", Role.SOLICITOR, "本店", "募集人: お客さま・見積・申込・更改・事故"),
    Person("suzuki", "鈴木 健太", "スズキ ケンタ", Role.SOLICITOR, "本店", "募集人(もう一人)"),
    Person("takahashi", "髙橋 結衣", "タカハシ ユイ", Role.SOLICITOR, "横浜支店", "募集人(資格の期限が近い)"),
    Person("jimu", "田中 裕子", "タナカ ユウコ", Role.CLERK, "本店", "事務: 書類とメール"),
    Person("kanri", "伊藤 誠", "イトウ マコト", Role.MANAGER, "本店", "管理者: 漏れの確認、承認"),
    Person("hikiuke", "渡邉 浩一", "ワタナベ コウイチ", Role.UNDERWRITER, "本店", "引受担当: /console/ で照会を決裁"),
    Person("hikiuke2", "山本 あかり", "ヤマモト アカリ", Role.UNDERWRITER, "本店", "引受担当(権限が大きい)"),
    Person("kansa", "中村 徹", "ナカムラ トオル", Role.AUDITOR, "本店", "監査: 閲覧のみ"),
)


def make_people(on: date) -> dict[str, User]:
    """The agency on the day its story begins. Licences run on, one of them ends soon after `on`."""
    agency = Agency.objects.create(
        name="盾保険サービス株式会社", representative="伊藤 誠", registration_number="関東-代-0123456",
        postcode="1010062", address="東京都千代田区神田駿河台3-9 盾ビル4階", phone="03-5555-0123",
        email="office@tate-hoken.example", insurer_claims_email="claims-desk@insurer.example",
        opens_at=time(9, 0), closes_at=time(17, 0),
    )  # fmt: skip
    offices = {
        name: Office.objects.create(agency=agency, name=name, compliance_officer=officer)
        for name, officer in (("本店", "伊藤 誠"), ("横浜支店", "髙橋 結衣"))
    }
    User.objects.create(username="system", name="システム", agency=agency, role=Role.CLERK, is_robot=True)
    staff = {}
    for number, person in enumerate(PEOPLE, start=1):
        soliciting = person.role in {Role.SOLICITOR, Role.MANAGER}
        until = on + timedelta(days=45 if person.username == "takahashi" else 700 + number)
        user = User(
            username=person.username, name=person.name, kana=person.kana, role=person.role, agency=agency,
            office=offices[person.office],
            is_staff=person.role in {Role.UNDERWRITER, Role.MANAGER, Role.AUDITOR},
            solicitor_number=f"B{3141500 + number}" if soliciting else "",
            licence_basic_until=until if soliciting else None,
            licence_product_until=until if soliciting else None,
        )  # fmt: skip
        user.set_password(PASSWORD)
        user.save()
        staff[person.username] = user
    return staff


def logins() -> str:
    """The table `make demo` prints."""
    lines = [f"  {person.username:<10} {PASSWORD}   {person.what}" for person in PEOPLE]
    return "\n".join(lines)
