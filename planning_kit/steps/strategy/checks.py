"""Checks of strategy: what is not yet right."""
