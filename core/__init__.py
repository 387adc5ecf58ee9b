"""The foundation: what every room stands on, with no business word in it."""
