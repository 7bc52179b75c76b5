"""Altair, imported once for all charts, without the second it would cost."""

from planning_kit.quick import skip_slow_grammar

skip_slow_grammar()

import altair as alt  # noqa: E402 - the line above must come first

__all__ = ["alt"]
