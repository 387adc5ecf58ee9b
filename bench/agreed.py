"""What the invented contracts agreed: terms and premium from the shipped books, each case rated once."""

from demo.companies import Company
from policies.terms import CoverLine, Instalment, Insured, Receipt, RiderLine, Terms
from products.book import Book, Plan
from products.instalments import instalments
from products.models import ProductVersion
from products.rating import rate
from products.risks import risk_from, selection_of


def agreed(version: ProductVersion, company: Company, number: int) -> tuple[Terms, tuple[Instalment, ...]]:
    """What was agreed, rated by the book: the plans in turns. Sales are rounded, so that few cases are rated."""
    book = version.book
    plan = book.plans[number % len(book.plans)]
    sales_yen = max(company.sales_yen // 10_000_000 * 10_000_000, 10_000_000)
    key = (version.fingerprint, company.industry, sales_yen, plan.code)
    if key not in _RATED:
        _RATED[key] = _rate(book, company.industry, sales_yen, plan)
    terms = _RATED[key]
    assert terms.receipt
    amounts = instalments(terms.receipt.total_yen, "lump_sum", book).amounts_yen
    return terms, tuple(Instalment(number=n, due_on="", amount_yen=a) for n, a in enumerate(amounts, start=1))


_RATED: dict[tuple[str, str, int, str], Terms] = {}


def _rate(book: Book, industry_code: str, sales_yen: int, plan: Plan) -> Terms:
    selection = selection_of(plan)
    risk = risk_from({"industry": industry_code, "sales_yen": sales_yen, "security_score": 50}, book)
    receipt, industry, payment = rate(risk, selection, book), book.industry(industry_code), book.payment("lump_sum")
    assert industry
    assert payment
    return Terms(
        product_label=book.name, plan_label=plan.label,
        cover=tuple(
            CoverLine(code=part.code, label=part.label, limit_yen=limit)
            for part in book.coverages
            if (limit := int(getattr(selection, f"{part.code}_yen")))
        ),
        deductible_yen=selection.deductible_yen, waiting_hours=selection.waiting_hours,
        riders=tuple(
            RiderLine(code=rider.code, label=rider.label, note=rider.note or "")
            for rider in book.riders
            if rider.code in selection.riders or rider.availability == "automatic"
        ),
        insureds=(Insured(name="-"),), industry_code=industry.code, industry_label=industry.label, sales_yen=sales_yen,
        sales_fiscal_year_end="2025-03-31", sales_label="2025年3月期(実績)", payment_label=payment.label,
        selection=dict(selection.facts()), receipt=Receipt.model_validate(receipt.as_json(), strict=False),
    )  # fmt: skip
