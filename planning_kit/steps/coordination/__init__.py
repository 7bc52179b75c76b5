"""Step 5: what matters most, and where units need one another."""
