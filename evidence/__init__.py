"""募集証跡パック: everything the record of a case holds, in one file that proves itself.

Writes nothing; every room keeps its own record.
"""
