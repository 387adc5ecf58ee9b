"""Doors of the quotes' room, one file per part of the work."""
