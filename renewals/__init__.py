"""The expiry pipeline: the nightly round, notices and reminders, the board.

Quoting is left to quotes, issuing to policies.
"""
