"""募集証跡パック: everything the record of a case holds, in one file that proves itself.

Every room tells its own record (`<room>/evidence.py`); here it is only collected, packed and kept as handed out.
"""
