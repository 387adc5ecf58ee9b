"""What is said aloud when the authority is shown (法294条3項)."""

from collections.abc import Sequence

from accounts.models import Agency, User


def authority_words(agency: Agency, insurers: Sequence[str], solicitor: User) -> str:
    """Whom we act for, in which capacity, and how many insurers we sell for."""
    capacity = "代理" if agency.capacity == Agency.Capacity.AGENT else "媒介"
    return (
        f"{agency.name}の{solicitor.name}です。{'、'.join(insurers)}の損害保険代理店として、保険契約の締結の{capacity}を行います。"
        f"取扱保険会社は{len(insurers)}社です。"
    )
