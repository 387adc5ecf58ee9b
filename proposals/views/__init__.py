"""Doors of the room: the wish and the proposal, and the trials on a quote."""
