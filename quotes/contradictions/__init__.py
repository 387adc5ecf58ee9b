"""告知の矛盾: two things on file that do not go together. Pure rules: frozen facts in, findings with both places out.

A rule never says which of the two is true. It is settled by changing an answer or by the customer's explanation.
"""
