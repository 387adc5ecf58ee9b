"""Paper and mail that leave the house: rendering, archive, outbox, transport. What a paper says is the other rooms'."""
