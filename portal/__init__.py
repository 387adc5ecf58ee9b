"""お客さま用ページ: the link by which a customer answers, reads, confirms and applies without a login.

What is asked and what an application needs is left to quotes; how mail travels to correspondence.
"""
