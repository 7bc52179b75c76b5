"""How often the reliability tests repeat: a few times in every run, often with ``PLANNING_KIT_SOAK=1`` (make soak)."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

IS_SOAK = os.environ.get("PLANNING_KIT_SOAK", "") not in ("", "0")


def times(short: int, long: int) -> int:
    """Return the count for this run."""
    return long if IS_SOAK else short


def examples(short: int, long: int) -> settings:
    """Return settings for generated examples: the same ones on every run, fresh ones in the long form."""
    return settings(
        max_examples=times(short, long),
        deadline=None,
        derandomize=not IS_SOAK,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
