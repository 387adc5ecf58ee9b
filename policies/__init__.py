"""Contracts in force: issue, term, expiry. How they came to be is left to quotes, what comes after to renewals."""
