"""Reports: a notebook run by papermill on a read-only plan becomes one self-contained HTML file.

``parameters`` refuses a wrong parameter before anything runs; ``section`` is what report notebooks call;
``render`` turns an executed notebook into HTML; ``runner`` runs, checks and publishes.
"""

from planning_kit.reports.parameters import listing
from planning_kit.reports.runner import Made, run
from planning_kit.reports.section import Sections, sections

__all__ = ["Made", "Sections", "listing", "run", "sections"]
