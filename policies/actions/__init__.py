"""The verbs on policies: issue, expire, cancel, endorse, reissue the 証券, note that it was posted."""

from policies.actions.cancelling import cancel_policy
from policies.actions.endorsing import endorse_policy
from policies.actions.handing_over import hand_over_policies
from policies.actions.issuing import expire_policies_due, issue_policy, record_posting, reissue_certificate

__all__ = [
    "cancel_policy",
    "endorse_policy",
    "expire_policies_due",
    "hand_over_policies",
    "issue_policy",
    "record_posting",
    "reissue_certificate",
]
