"""What policies tell the rooms above them, inside the same transaction."""

from django.dispatch import Signal

# sender=Policy, policies, by, at: the terms of these policies are over (満期). One signal for all of a round, so that
# whoever listens can answer in a fixed number of statements.
policies_ended = Signal()

# sender=Policy, policies, reason, by, at: these contracts end before their term is over (解約等).
policies_cancelled = Signal()

# sender=Policy, policy, endorsement, by, at: what the contract says has changed (異動).
policy_changed = Signal()
