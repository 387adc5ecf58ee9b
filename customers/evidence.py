"""What the customer said about papers, as plain lines for the pack that proves a solicitation."""

from core.telling import Section, told
from customers.models import Customer, ElectronicConsent


def evidence_of(customer: Customer) -> list[Section]:
    """The customer as we know him, and every word on electronic delivery."""
    consents = ElectronicConsent.objects.filter(customer=customer).select_related("recorded_by")
    file = told(
        customer, customer.name, omits=("agency", "name", "version"),
        hides=("note", "name_folded", "kana_folded", "search_text", "search_bigrams"),
    )  # fmt: skip
    lines = [
        told(
            consent, f"電磁的方法の{consent.get_kind_display()}", at=consent.at, facts=[("種類", consent.ways_written)],
            omits=("customer", "kind", "ways", "at"),
        )
        for consent in consents
    ]  # fmt: skip
    return [
        Section("customer", "お客さま", (file,), (Customer,)),
        Section("consents", "電磁的方法の承諾", tuple(lines), (ElectronicConsent,)),
    ]
