"""Checks of allocation: what is not yet right."""
