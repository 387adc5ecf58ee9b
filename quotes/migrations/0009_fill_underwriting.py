"""What stood in columns becomes rows: reasons of referrals, conditions of decisions, authorities of underwriters."""

from django.db import migrations

_KIND = {
    "liability_authority": "LIMIT", "cost_authority": "LIMIT", "prior_incident": "HISTORY", "past_attack": "HISTORY",
    "known_circumstances": "HISTORY", "weak_security": "SECURITY", "supply_chain_control": "SECURITY",
    "beyond_tariff": "PRICE", "unpriced": "PRICE", "fiscal_year_closed": "DOCUMENT", "carrier_quote": "CARRIER",
}
_LIFTED = ("ACCEPTED", "CONDITIONAL", "CARRIER")
_BATCH = 500


def fill(apps, schema_editor):
    _reasons(apps)
    _conditions(apps)
    _authorities(apps)
    with schema_editor.connection.cursor() as cursor:
        # 対象 had the name that now says which step a reason holds up.
        cursor.execute("""
            UPDATE quotes_quote SET verdict = (
                SELECT jsonb_agg((said - 'blocks') || jsonb_build_object('scope', COALESCE(said->'blocks', '""')))
                FROM jsonb_array_elements(verdict) AS said
            ) WHERE jsonb_array_length(verdict) > 0
        """)
        # What waits to be checked is checked now: a table with pending checks cannot be altered afterwards.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _edition(referral):
    return (referral.snapshot or {}).get("edition") or referral.quote.edition


def _reasons(apps):
    Referral, Reason = apps.get_model("quotes", "Referral"), apps.get_model("quotes", "Reason")
    rows = []
    for referral in Referral.objects.select_related("quote").order_by("pk").iterator(_BATCH):
        lifted = {}
        for said in referral.old_reasons:
            kind = _KIND.get(said["code"], "BUSINESS")
            if referral.decision in _LIFTED and (referral.decision != "CARRIER" or kind == "CARRIER"):
                lifted = {"lifted_at": referral.decided_at, "lifted_by": referral.decided_by, "lifted_through": referral}
            rows.append(Reason(
                quote=referral.quote, edition=_edition(referral), referral=referral, code=said["code"][:60],
                sentence=said["sentence"][:600], scope=said.get("blocks", "")[:800], blocks="OFFER", kind=kind,
                raised_at=referral.asked_at, raised_by=referral.asked_by, **lifted,
            ))
    Reason.objects.bulk_create(rows, batch_size=_BATCH)


def _conditions(apps):
    Referral, Condition = apps.get_model("quotes", "Referral"), apps.get_model("quotes", "Condition")
    Step = apps.get_model("quotes", "Step")
    for referral in Referral.objects.exclude(conditions="").select_related("quote").order_by("pk").iterator(_BATCH):
        quote = referral.quote
        agreed = Step.objects.filter(quote=quote, kind="CONDITION_CONFIRMED", at__gte=referral.decided_at).last()
        for line in referral.conditions.splitlines():
            if not line.strip():
                continue
            row = Condition.objects.create(
                quote=quote, edition=_edition(referral), referral=referral, kind="CONSENT", sentence=line.strip()[:400],
                before="APPLICATION", set_at=referral.decided_at, set_by=referral.decided_by,
            )
            if agreed is not None or quote.applied_at is not None:
                row.status, row.note = "MET", "移行前の記録による"
                row.settled_at = agreed.recorded_at if agreed else quote.applied_at
                row.settled_by = agreed.recorded_by if agreed else quote.applied_by
                row.save()


def _authorities(apps):
    User, Authority = apps.get_model("accounts", "User"), apps.get_model("quotes", "Authority")
    robot = User.objects.filter(is_robot=True).first()
    if robot is None:  # nobody could have granted them: a manager grants them anew
        return
    Authority.objects.bulk_create([
        Authority(
            user=user, limit_yen=user.authority_limit_yen, starts_on=user.date_joined.date(),
            granted_at=user.date_joined, granted_by=robot,
        )
        for user in User.objects.exclude(authority_limit_yen=None).exclude(pk=robot.pk)
    ])


class Migration(migrations.Migration):
    dependencies = [("quotes", "0008_underwriting"), ("accounts", "0001_initial")]
    run_before = [("accounts", "0002_authority_stands_in_quotes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
