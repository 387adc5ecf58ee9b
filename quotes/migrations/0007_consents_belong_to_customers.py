"""電磁的方法の承諾 was a step of one quote and is now the customer's own: copy what was said, keep the old lines."""

from django.db import migrations

KINDS = {"E_CONSENT": "GIVEN", "E_CONSENT_WITHDRAWN": "WITHDRAWN"}
WAYS = ["MAIL", "WEB"]  # a step let both go


def copy_consents(apps, schema_editor):
    Step = apps.get_model("quotes", "Step")
    Consent = apps.get_model("customers", "ElectronicConsent")
    steps = Step.objects.filter(kind__in=KINDS, corrected_by=None).select_related("quote")
    copies = (
        Consent(
            customer_id=step.quote.customer_id,
            kind=KINDS[step.kind],
            ways=WAYS if step.kind == "E_CONSENT" else [],
            said_by=step.counterpart or "お客さま",
            method=step.method,
            at=step.at,
            note=f"見積{step.quote.number}の募集記録から。{step.detail.get('kinds', '')}"[:400],
            recorded_at=step.recorded_at,
            recorded_by_id=step.recorded_by_id,
        )
        for step in steps.order_by("at", "pk").iterator(chunk_size=2000)
    )
    Consent.objects.bulk_create(copies, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_consents"),
        ("quotes", "0006_answers_travel"),
    ]

    # Back again nothing is undone: the steps are where they were, and the customers' table goes with its own migration.
    operations = [migrations.RunPython(copy_consents, migrations.RunPython.noop)]
