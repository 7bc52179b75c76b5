"""The trick that saves a second of every start, and whether it is still needed."""

from __future__ import annotations

import subprocess
import sys


def fresh(program: str) -> str:
    """Return what a program prints in a fresh interpreter."""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return ran.stdout.strip()


def test_charts_start_without_the_slow_grammar() -> None:
    """Importing the charts does not build the grammar, and jsonschema takes the package as absent."""
    program = "import sys, planning_kit.charts; print(sys.modules.get('rfc3987_syntax'), 'lark' in sys.modules)"
    assert fresh(program) == "None False"


def test_the_trick_is_still_needed() -> None:
    """When jsonschema no longer builds the grammar at import, planning_kit/quick.py can go."""
    assert fresh("import sys, jsonschema; print('rfc3987_syntax' in sys.modules)") == "True"


def test_a_package_that_is_loaded_stays() -> None:
    """Whoever has loaded the package before keeps it."""
    program = (
        "import sys, rfc3987_syntax; from planning_kit.quick import skip_slow_grammar; "
        "skip_slow_grammar(); print(sys.modules['rfc3987_syntax'] is rfc3987_syntax)"
    )
    assert fresh(program) == "True"
