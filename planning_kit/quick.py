"""What makes our own processes start fast. One place, so that it can be found and taken out again."""

import sys


def skip_slow_grammar() -> None:
    """Keep ``jsonschema`` from building a grammar for about one second when it is imported.

    ``jsonschema`` offers to check the format of internationalised web addresses if the optional package
    ``rfc3987_syntax`` is there; that package builds its grammar while it is imported. Nothing here checks
    such addresses, so the package is treated as absent, which ``jsonschema`` allows for. Call it before the
    first ``import altair``, ``jsonschema`` or ``nbformat``; a package that is loaded already stays.

    Notes
    -----
    ``sys.modules[name] = None`` makes ``import name`` raise `ImportError` (Python reference, "The module
    cache"). ``tests/charts/test_quick.py`` says when this is no longer needed.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None means: not to be imported
