"""苦情: the ledger of every expression of dissatisfaction; lines are only added."""
