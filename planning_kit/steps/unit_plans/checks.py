"""Checks of unit plans: what is not yet right."""
