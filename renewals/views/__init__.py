"""Doors of the renewals' room, one file per part of the work."""
