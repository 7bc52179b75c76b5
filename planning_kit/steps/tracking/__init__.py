"""Step 7: what really happened, and what we do about it."""
