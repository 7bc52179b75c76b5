"""Step 4: team goals, and when things happen."""
