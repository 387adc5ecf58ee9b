"""The expiry pipeline: the nightly round, notices and reminders, the board. Quoting and issuing are left to quotes and policies."""
