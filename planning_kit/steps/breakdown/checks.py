"""Checks of breakdown: what is not yet right."""
