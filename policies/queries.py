"""What screens and other rooms ask about policies."""

from correspondence.models import Paper
from correspondence.states import PaperKind
from policies.models import Policy


def latest_certificate(policy: Policy) -> Paper:
    """The newest revision of a policy's 証券."""
    return (
        Paper.objects.about(policy).filter(kind=PaperKind.CERTIFICATE, subject=policy.number).order_by("-revision")[0]
    )
