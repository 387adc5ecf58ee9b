"""The companies we insure: who they are, whom we talk to, what they sell in a year.

Names keep the writing of the customer; a folded copy finds them. What they buy is left to quotes and policies.
"""
