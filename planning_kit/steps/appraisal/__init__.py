"""Step 8: appraisal, reward and consequence; a book of its own."""
