"""The store: one SQLite file (or PostgreSQL database) that holds every row, every change, and who made it.

``reader`` reads plans and history, ``store`` writes edits, ``schema`` draws the tables from the spec,
``connect`` opens files, ``postgres`` databases on a server, ``transfer`` brings one up to the other, ``undo`` works out
what takes a change back, ``ledger`` keeps repeated reports, ``sealed`` keeps votes secret until they are revealed,
``vault`` keeps a whole file secret.
"""

from planning_kit.store.connect import MEMORY, Place, place, restore
from planning_kit.store.ledger import Ledger, stamp
from planning_kit.store.reader import Revision
from planning_kit.store.records import Mail, Run, Schedule
from planning_kit.store.store import Store
from planning_kit.store.vault import VARIABLE

__all__ = [
    "MEMORY",
    "VARIABLE",
    "Ledger",
    "Mail",
    "Place",
    "Revision",
    "Run",
    "Schedule",
    "Store",
    "place",
    "restore",
    "stamp",
]
