"""`make chaos`: the proof that nobody is missed and nobody told twice, with real processes that are really killed."""
