"""Step 1: where we go and how we will know."""
