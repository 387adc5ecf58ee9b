"""Doors of the claims' room: the intake, the record and its deeds, the list."""
