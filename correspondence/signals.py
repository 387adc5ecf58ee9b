"""What correspondence tells the rooms above it, inside the same transaction."""

from django.dispatch import Signal

# sender=Bounce, bounce, by, at: a letter came back from one address. Whoever listens may take it over (`bounce.owner`).
letter_bounced = Signal()

# sender=IncomingMail, mail, by, at: a customer answered a letter (`mail.letter`). Whoever listens may take it over.
letter_answered = Signal()

# sender=Bounce, bounce, by, at: a person dealt with it, or found that it is none.
bounce_handled = Signal()

# sender=Letter, letter, by, at: it waits again: the server refused it for now, or a person sent it back to the queue.
# Whoever listens may cancel it.
letter_waits_again = Signal()

# sender=Bounce, bounce, address, by, at: a person wants the letter sent again, to another address. A room that knows
# better what is to be said now queues that letter and returns it, or refuses; None: the letter as it was.
resend_asked = Signal()
