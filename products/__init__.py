"""The carriers' dated books and the arithmetic on them: eligibility, limits, riders, rating, questions, texts."""
