"""意向と提案: what the customer wants, every product the agency sells beside it, and the reasoned recommendation.

Eligibility and premiums are left to the books; the quote that follows to quotes.
"""
