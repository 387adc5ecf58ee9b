"""The guards that only contracts need: how one takes over from another, and what must stand beside a change."""

from typing import Any

import pgtrigger

from core.guards import Guard


class TakesOverAtExpiry(Guard):
    """A policy that renews another belongs to the same customer, begins at its very expiry, and continues its
    chain: no gap, no overlap (checks 24)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", "takes_over_at_expiry")
        kwargs.setdefault(
            "sentence", "更改契約の始期は、前の契約の満期日時と同じにしてください。お客さまも同じでなければなりません。"
        )
        super().__init__(operation=pgtrigger.Insert, **kwargs)

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.renews_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {model._meta.db_table} earlier
                WHERE earlier.id = NEW.renews_id AND earlier.ends_at = NEW.starts_at
                    AND earlier.customer_id = NEW.customer_id AND earlier.agency_id = NEW.agency_id
                    AND earlier.chain = NEW.chain AND earlier.status <> 'CANCELLED'
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own table name


class EndsWithItsRecord(Guard):
    """A contract is ended only together with its `Cancellation`: what kind of end, whose wish, which refund."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", "ends_with_its_record")
        kwargs.setdefault(
            "sentence", "解約には、終了の種類と返還保険料の記録が必要です。解約の画面から手続きしてください。"
        )
        condition = pgtrigger.Condition("NEW.status = 'CANCELLED' AND OLD.status <> 'CANCELLED'")
        super().__init__(operation=pgtrigger.Update, condition=condition, **kwargs)

    def get_func(self, model: Any) -> str:
        return f"""
            IF NOT EXISTS (
                SELECT 1 FROM policies_cancellation record
                WHERE record.policy_id = NEW.id AND record.ends_at = NEW.cancelled_at
                    AND record.recorded_by_id = NEW.cancelled_by_id
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own table name


class FollowsItsEndorsements(Guard):
    """The copy of the latest 異動 on the contract says what the 異動 itself says."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", "follows_its_endorsements")
        kwargs.setdefault(
            "sentence", "契約内容は異動の記録と一致していなければなりません。異動の画面から手続きしてください。"
        )
        condition = pgtrigger.AnyChange("endorsed_terms", "endorsed_premium_yen")
        super().__init__(operation=pgtrigger.Update, condition=condition, **kwargs)

    def get_func(self, model: Any) -> str:
        return f"""
            IF NOT EXISTS (
                SELECT 1 FROM policies_endorsement latest
                WHERE latest.policy_id = NEW.id AND latest.terms = NEW.endorsed_terms
                    AND latest.premium_yen = NEW.endorsed_premium_yen
                    AND latest.number = (SELECT max(number) FROM policies_endorsement WHERE policy_id = NEW.id)
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own table name


class ContinuesTheContract(Guard):
    """A 異動 is the next version of a contract in force, takes place within its term, and not before the version it
    changes (practice 4-11)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", "continues_the_contract")
        kwargs.setdefault(
            "sentence", "異動は、有効な契約の保険期間内の日付で、前の異動の変更日以後に、番号の順に記録してください。"
        )
        super().__init__(operation=pgtrigger.Insert, **kwargs)

    def get_func(self, model: Any) -> str:
        return f"""
            IF NOT EXISTS (
                SELECT 1 FROM policies_policy contract
                WHERE contract.id = NEW.policy_id AND contract.status = 'IN_FORCE'
                    AND contract.agency_id = NEW.agency_id
                    AND NEW.changes_on >= (contract.starts_at AT TIME ZONE 'Asia/Tokyo')::date
                    AND NEW.changes_on < (contract.ends_at AT TIME ZONE 'Asia/Tokyo')::date
            ) OR NEW.number <> (
                SELECT coalesce(max(number), 0) + 1 FROM {model._meta.db_table} WHERE policy_id = NEW.policy_id
            ) OR EXISTS (
                SELECT 1 FROM {model._meta.db_table} earlier
                WHERE earlier.policy_id = NEW.policy_id AND earlier.changes_on > NEW.changes_on
            ) THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """  # noqa: S608 - our own table name


class SaysItsReceipt(Guard):
    """A 異動 priced by the tariff carries the receipt of just that premium; one the insurer priced carries none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", "says_its_receipt")
        kwargs.setdefault(
            "sentence", "異動後の保険料が、料率の計算明細と一致しません。差額を計算し直してから記録してください。"
        )
        super().__init__(operation=pgtrigger.Insert, **kwargs)

    def get_func(self, model: Any) -> str:
        return f"""
            IF (NEW.basis = 'TARIFF'
                AND COALESCE((NEW.terms #>> '{{receipt,total_yen}}')::bigint <> NEW.premium_yen, TRUE))
            OR (NEW.basis = 'CARRIER' AND COALESCE(jsonb_typeof(NEW.terms -> 'receipt'), 'null') <> 'null')
            THEN {self.refusal(model)} END IF;
            RETURN NEW;
        """
