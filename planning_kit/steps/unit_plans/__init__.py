"""Step 3: what each unit contributes and what it costs."""
