"""What policies tell the rooms above them, inside the same transaction."""

from django.dispatch import Signal

# sender=Policy, policies, by, at: the terms of these policies are over (満期). One signal for all of a round, so that
# whoever listens can answer in a fixed number of statements.
policies_ended = Signal()
