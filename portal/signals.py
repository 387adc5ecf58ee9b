"""What the customer's page tells the rooms above, sent inside the transaction."""

from django.dispatch import Signal

# sender: Invitation; invitation, sign_off, by, at. The questionnaire of a quote was signed by link.
questionnaire_signed = Signal()
