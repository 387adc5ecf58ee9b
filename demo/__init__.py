"""A believable agency for `make demo`: two years of its work, walked day by day through the real actions.

Same seed, same agency. Nothing here writes a row by itself except the people, who come before the first action.
"""
