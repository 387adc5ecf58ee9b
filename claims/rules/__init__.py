"""Decisions about claims: dates that fit, cover at a minute, the breach clock. Pure: facts in, verdict out."""
