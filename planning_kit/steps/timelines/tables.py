"""What waits for what, and the dates we once promised."""

from typing import Literal

from planning_kit.spec import Date, Number, Ref, Row, Text, Whole, field


class Dependencies(Row, prefix="DE", noun="dependency", key=("predecessor", "successor", "kind")):
    """Work that waits for other work. A link to a summary binds everything under it."""

    predecessor: Ref = field("Waits for", to="tasks", needed=True, doc="The work that must come first.")
    successor: Ref = field("Task", to="tasks", needed=True, doc="The work that waits.")
    kind: Literal["FS", "SS", "FF", "SF"] | None = field(
        "Kind",
        default="FS",
        more=True,
        labels={
            "FS": "FS (finish to start)",
            "SS": "SS (start to start)",
            "FF": "FF (finish to finish)",
            "SF": "SF (start to finish)",
        },
        doc="FS, the usual one: the successor starts when the predecessor is finished.",
    )
    lag: Number = field(
        "Lag",
        uom="working days",
        default=0.0,
        more=True,
        doc="Working days that must pass in between, for example 5 to dry; negative for an overlap.",
    )


class Baselines(Row, prefix="BL", noun="baseline", key=("name",), more=True):
    """Revisions of the plan that were promised, kept to compare with."""

    name: Text = field("Baseline", needed=True, doc="What people call it, for example Adopted or After the cut.")
    taken_on: Date = field("Taken on", needed=True, doc="The day it was agreed.")
    revision: Whole = field("Revision", needed=True, least=0, doc="The revision of the plan it stands for.")
