"""Checks of timelines: what is not yet right."""
