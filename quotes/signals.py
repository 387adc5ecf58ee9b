"""What quotes tell the rooms above: sent inside the transaction, with sender=Quote, quote, before, by, at."""

from django.dispatch import Signal

quote_moved = Signal()
