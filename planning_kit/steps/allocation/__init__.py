"""Step 6: where people and money go."""
