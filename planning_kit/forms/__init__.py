"""The screen: widgets for guided notebooks, generated from what the steps declare.

``guide`` is what notebooks call; ``session`` knows the folder's plan and tells widgets of changes; ``screen``
is the line to the browser; ``table``, ``page`` and ``overview`` say what is shown. The browser's half is in
``static/`` (source: ``lab/widgets``).
"""

from planning_kit.forms.guide import Guide, step

__all__ = ["Guide", "step"]
