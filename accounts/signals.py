"""What the house's people tell the rooms above them, inside the same transaction."""

from django.dispatch import Signal

# sender=User, succession, by, at: this morning the work of people who left, were shut out or may not write goes to
# their successors. Each room answers with the number of things it gave.
work_handed_on = Signal()
