"""The store: one SQLite file that holds every row, every change, and who made it.

``reader`` reads plans and history, ``store`` writes edits, ``schema`` draws the tables from the spec,
``connect`` opens files, ``undo`` works out what takes a change back, ``ledger`` keeps repeated reports,
``sealed`` keeps votes secret until they are revealed.
"""

from planning_kit.store.connect import restore
from planning_kit.store.ledger import Ledger, stamp
from planning_kit.store.reader import Revision
from planning_kit.store.records import Mail, Run, Schedule
from planning_kit.store.store import Store

__all__ = ["Ledger", "Mail", "Revision", "Run", "Schedule", "Store", "restore", "stamp"]
