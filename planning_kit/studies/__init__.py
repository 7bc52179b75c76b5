"""Studies: questions a group works on with the screen, of which some take the computer long.

A step names a study; here stands what it computes (`Study.compute`, run in a worker process, see `work`) and what the
page shows of it (`Study.display`, at once). Both are functions of a plan.
"""

from planning_kit.studies.display import STUDIES, Choices, Control, Display, Group, Item, Study, Tell
from planning_kit.studies.levelling import LEVELLING
from planning_kit.studies.portfolio import PORTFOLIO
from planning_kit.studies.replan import REPLAN
from planning_kit.studies.scenarios import SCENARIOS
from planning_kit.studies.work import Worker

__all__ = [
    "LEVELLING",
    "PORTFOLIO",
    "REPLAN",
    "SCENARIOS",
    "STUDIES",
    "Choices",
    "Control",
    "Display",
    "Group",
    "Item",
    "Study",
    "Tell",
    "Worker",
]
