"""The first screen and what spans the rooms: today's work, search, the customer's file. Reads all, writes nothing."""
