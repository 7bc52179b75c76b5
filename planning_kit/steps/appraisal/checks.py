"""Checks of appraisal: what is not yet right."""
