"""Checks of coordination: what is not yet right."""
