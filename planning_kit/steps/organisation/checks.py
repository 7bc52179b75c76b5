"""Checks of organisation: what is not yet right."""
