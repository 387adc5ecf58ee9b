"""Paper and mail that leave the house (帳票とメール): rendering, archive, outbox, transport.

A ``Paper`` is a frozen page with a key; its PDF is made once and kept with its fingerprint. A ``Letter`` is
a row with a key and frozen text that is sent once, outside any transaction. What a paper or a letter says is
up to the room that files it.
"""
