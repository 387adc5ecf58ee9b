"""Doors of the policies' room: the list and the record, and what changes a contract."""
