"""A picture that reads like a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from planning_kit.charts.alt import alt


@dataclass(frozen=True)
class Sheet:
    """A picture that reads like a table: places across in per cent of the width, lines downwards.

    Attributes
    ----------
    lines : int
        Number of lines below the line of heads.
    step : int
        Height of a line in pixels.
    """

    lines: int
    step: int = 34

    @property
    def height(self) -> int:
        """Height of the picture in pixels."""
        return self.step * (self.lines + 1)

    @staticmethod
    def x(field: str = "at") -> alt.X:
        """Return the place across."""
        return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, 100]), axis=None)

    def y(self, field: str = "line") -> alt.Y:
        """Return the place downwards; the heads stand at -1."""
        whole = alt.Scale(domain=[-1.5, self.lines - 0.5], reverse=True, nice=False, zero=False)
        return alt.Y(f"{field}:Q", scale=whole, axis=None)

    def text(self, data: pd.DataFrame, field: str, at: float | str, wide: float, **mark: Any) -> alt.Chart:
        """Return a column of text, cut off with … where it is wider than `wide` per cent.

        Parameters
        ----------
        data : DataFrame
            ``line`` and `field`.
        field : str
            Column with the text.
        at : float or str
            Left edge in per cent, or the column that holds it.
        wide : float
            Width in per cent.
        **mark
            Further properties of the text.
        """
        limit = alt.ExprRef(f"width * {wide / 100:.4f}")
        look: dict[str, Any] = {"align": "left", "baseline": "middle", "limit": limit, **mark}
        placed = alt.Chart(data.assign(at=data[at] if isinstance(at, str) else at)).mark_text(**look)
        return cast("alt.Chart", placed.encode(x=self.x(), y=self.y(), text=f"{field}:N"))

    def heads(self, texts: Mapping[float, str]) -> alt.Chart:
        """Return the heads of the columns at their places."""
        data = pd.DataFrame({"line": -1.0, "at": [float(at) for at in texts], "text": list(texts.values())})
        mark = alt.Chart(data).mark_text(align="left", baseline="middle", opacity=0.75)
        return cast("alt.Chart", mark.encode(x=self.x(), y=self.y(), text="text:N"))
