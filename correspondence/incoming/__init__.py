"""Mail that comes back: taken in as it came, read without trust, and tied to the letter of ours it answers."""
