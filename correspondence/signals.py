"""What correspondence tells the rooms above it, inside the same transaction."""

from django.dispatch import Signal

# sender=Bounce, bounce, by, at: a letter came back from one address. Whoever listens may take it over (`bounce.owner`).
letter_bounced = Signal()

# sender=Bounce, bounce, by, at: a person dealt with it, or found that it is none.
bounce_handled = Signal()
