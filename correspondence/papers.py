"""What every paper carries in its head."""

from accounts.models import Agency, User


def agency_head(agency: Agency, person: User | None = None) -> dict[str, str]:
    """The agency as papers print it: name, registration, address, contact, capacity (権限明示), and who is
    in charge."""
    act = "締結の代理" if agency.capacity == Agency.Capacity.AGENT else "締結の媒介"
    code = agency.postcode.replace("-", "")
    return {
        "name": agency.name,
        "registration": agency.registration_number,
        "address": f"〒{code[:3]}-{code[3:]} {agency.address}",
        "phone": agency.phone,
        "email": agency.email,
        "person": person.name if person else "",
        "capacity": f"当社は、保険会社の委託を受けて保険契約の{act}を行います。",
    }
