"""All rules, by name. The order is the order on the screen."""

from quotes.contradictions.between_answers import (
    actual_sales_before_first_closing,
    certificates_disagree,
    certified_without_system,
    companies_named_but_none,
    companies_not_named,
    data_nobody_has,
    forms_disagree,
    it_company_without_it_services,
    mfa_nowhere,
    part_exceeds_sales,
    rests_on_nothing,
    said_but_not_told,
    told_then_denied,
)
from quotes.contradictions.beyond_the_form import (
    attacked_but_never,
    certificate_expired,
    certificate_sent_but_denied,
    claim_but_no_incident,
    copy_promised_but_missing,
    documents_are_old,
    open_claim_but_no_circumstances,
)
from quotes.contradictions.facts import CaseSaid, Finding, Rule
from quotes.contradictions.over_time import (
    circumstances_vanished,
    incident_forgotten,
    measure_dropped,
    records_fell,
    sales_leapt,
)

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        claim_but_no_incident,
        open_claim_but_no_circumstances,
        attacked_but_never,
        incident_forgotten,
        circumstances_vanished,
        told_then_denied,
        said_but_not_told,
        actual_sales_before_first_closing,
        part_exceeds_sales,
        sales_leapt,
        companies_not_named,
        companies_named_but_none,
        it_company_without_it_services,
        data_nobody_has,
        records_fell,
        mfa_nowhere,
        rests_on_nothing,
        certified_without_system,
        certificates_disagree,
        certificate_expired,
        certificate_sent_but_denied,
        copy_promised_but_missing,
        measure_dropped,
        forms_disagree,
        documents_are_old,
    )
}


def findings(said: CaseSaid) -> list[Finding]:
    """Everything that does not go together, the gravest kinds first."""
    return [finding for rule in RULES.values() for finding in rule(said)]
