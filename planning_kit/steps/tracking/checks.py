"""Checks of tracking: what is not yet right."""
