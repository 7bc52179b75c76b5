"""Step 2: who does what."""
