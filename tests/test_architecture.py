"""The architecture, rule by rule, read from the source of the package and its notebooks."""

from __future__ import annotations

import ast
import functools
import inspect
import io
import json
import re
import subprocess
import tokenize
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import planning_kit as pk
from planning_kit import charts, forms, spec, studies
from planning_kit.shipped import shipped
from planning_kit.spec import Step
from planning_kit.steps import CHECKS, STEPS, TABLES

PACKAGE = Path(pk.__file__).parent
ROOT = PACKAGE.parent

LAYERS = (
    ("__init__", "clock", "errors", "quick", "shipped"),
    ("spec",),
    ("frames",),
    ("plan",),
    ("earlier",),
    ("analysis",),
    ("steps",),
    ("engine",),
    ("store",),
    ("charts",),
    ("removal",),
    ("studies",),
    ("workbook",),
    ("answers", "ballots", "recall"),
    ("docs", "samples"),
    ("folder",),
    ("exchange",),
    ("reports",),
    ("letters",),
    ("forms", "share", "lab"),
    ("bench", "cli_report", "cli_schedule", "cli_share", "cli_updates"),
    ("cli",),
    ("__main__",),
)
"""From left to right; imports point left, or stay within one package."""
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

ONLY = {
    "altair": {"charts"},
    "ipywidgets": {"forms"},
    "anywidget": {"forms"},
    "traitlets": {"forms"},
    "sqlite3": {"store"},
    "sqlalchemy": {"store"},
    "papermill": {"reports"},
    "nbformat": {"reports"},
    "typer": {"cli", "cli_report", "cli_schedule", "cli_share", "cli_updates"},
    "tornado": {"share"},
    "segno": {"share"},
    "rich": {"cli", "cli_report"},
}
"""Who may import what."""

PLAIN_WORDS = {
    "amount": "a name that the spec exports",
    "op": "what a change or a message does",
    "row_id": "a column of the history",
    "sentence": "what a refusal says",
    "table_name": "a column of the history",
    "name": "a part's own name: an argument, a key of JSON, a column of SQLite's catalogue",
    "title": "what a declared thing is called",
    "text": "what a person typed or reads",
    "kind": "which kind of field, message or transaction",
    "level": "a level of anything",
    "what": "a part of a check's documentation",
    "source": "a part of a check's documentation",
    "value": "a value of any field",
    "reason": "the author's reason of any edit",
    "role": "how the spec marks what an engine needs, and ARIA's word",
    "state": "the state of a step",
    "unit": "a parameter of reports, and the unit of measure",
    "person": "the author picked for a session",
    "step": "one of the eight steps",
    "revision": "a revision of the store",
    "note": "a severity of findings",
    "as_of": "the date everything is looked at",
    "parent": "the field that makes any table a tree, by the spec's own rule",
    "profile": "a role of the spec",
    "people": "a role of the spec",
    "settings": "a role of the spec",
    "approvals": "a role of the spec",
    "organisation": "a role of the spec, and the name of step 0",
    "leader": "a role of the spec",
    "currency": "a role of the spec",
    "source_id": "every table has it, by the spec's own rule",
    "options": "a key of messages to the screen",
    "severity": "a part of a finding",
    "uom": "a part of a declared field",
    "target": "the transaction an undo takes back, the place an event or a copy goes to",
    "field": "a field of a table",
    "question": "what a step asks",
    "rater": "who votes, in the analysis of votes",
    "due": "the page of what is due, and the day of it",
    "criteria": "how a cell of Excel is bounded, in the words of the library that writes it",
}
"""Names of tables or fields that are plain English too, with what they mean in the engines."""
ENGINES = (
    "engine",
    "store",
    "workbook",
    "answers",
    "ballots",
    "recall",
    "forms",
    "share",
    "exchange",
    "reports",
    "spec",
    "plan",
    "frames",
)


@dataclass(frozen=True)
class Module:
    """One module of the package."""

    path: Path

    @property
    def name(self) -> str:
        """Its name inside the package, with dots."""
        parts = self.path.relative_to(PACKAGE).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)

    @functools.cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @property
    def top(self) -> str:
        """The part of the package it belongs to."""
        return self.name.partition(".")[0]

    @functools.cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    def imports(self, *, at_runtime: bool = True) -> Iterator[tuple[ast.stmt, str]]:
        """Yield every import with the full name imported; those for type checkers only on request."""
        skipped = set() if not at_runtime else {id(one) for block in self._for_types() for one in ast.walk(block)}
        for node in ast.walk(self.tree):
            if id(node) in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}: relative import"
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def late_imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Yield the imports inside functions."""
        functions = [one for one in ast.walk(self.tree) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
        inside = {id(one) for function in functions for one in ast.walk(function)}
        yield from ((node, name) for node, name in self.imports() if id(node) in inside)

    def _for_types(self) -> list[ast.If]:
        ifs = (one for one in ast.walk(self.tree) if isinstance(one, ast.If))
        return [one for one in ifs if isinstance(one.test, ast.Name) and one.test.id == "TYPE_CHECKING"]

    def own_imports(self, *, at_runtime: bool = True) -> set[str]:
        """Return the modules of the package it imports, by name."""
        found = set()
        for _, name in self.imports(at_runtime=at_runtime):
            if name == "planning_kit" or name.startswith("planning_kit."):
                inside = name.removeprefix("planning_kit").removeprefix(".")
                found.add(next(one for one in (inside, inside.rpartition(".")[0], "__init__") if one in MODULES))
        return found


MODULES = {one.name: one for one in map(Module, sorted(PACKAGE.rglob("*.py"))) if "_shipped" not in one.path.parts}
LONGEST_MODULE, MOST_CODE = 400, 27_800
STOPWATCH = "time.perf_counter"


def committed(*patterns: str) -> list[Path]:
    """Return the files that are, or are about to be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - git along the PATH
    names = listed.stdout.splitlines() or [str(one) for pattern in patterns for one in ROOT.glob(f"**/{pattern}")]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def strings(tree: ast.AST) -> Iterator[str]:
    """Yield string literals that are no documentation."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


# --- layers ------------------------------------------------------------------------------------------------


def test_every_module_has_its_layer() -> None:
    """A new part of the package says where it stands."""
    assert {one.top for one in MODULES.values()} - set(RANK) == set()


def test_imports_point_left() -> None:
    """A layer knows nothing of those to its right, and neighbours in a layer do not know each other."""
    pairs = [(one, MODULES[name]) for one in MODULES.values() for name in one.own_imports()]
    assert [
        f"{one.name} imports {other.name}"
        for one, other in pairs
        if other.top != one.top and RANK[other.top] >= RANK[one.top]
    ] == []


def test_steps_never_import_each_other() -> None:
    """A step names what belongs to others by string; only the list of steps knows them all."""
    pairs = [(one, name) for one in MODULES.values() for name in one.own_imports() if one.name.startswith("steps.")]
    shared = {"reading", "readers", "exposed", "plan_b", "work"}
    allowed = shared | {step.name for step in STEPS}
    assert {tuple(one.name.split(".")[:2]) for one, _ in pairs} <= {("steps", name) for name in allowed}
    assert [
        f"{one.name} imports {name}"
        for one, name in pairs
        if name.startswith("steps") and name.split(".")[1] not in {*shared, one.name.split(".")[1]}
    ] == []


def test_analysis_takes_frames_and_scalars() -> None:
    """No plan, spec, clock, file or widget: the formulas run anywhere; a search with a limit has a stopwatch."""
    forbidden = {"pathlib", "os", "io", "sqlite3", "time", "tempfile", "shutil", "ipywidgets"}
    for module in (one for one in MODULES.values() if one.top == "analysis"):
        assert {MODULES[one].top for one in module.own_imports()} <= {"analysis", "errors", "__init__"}, module.name
        assert {name.partition(".")[0] for _, name in module.imports() if name != STOPWATCH} & forbidden == set(), (
            module.name
        )
        assert "open" not in {one.id for one in ast.walk(module.tree) if isinstance(one, ast.Name)}, module.name


def test_a_library_is_used_in_its_place_only() -> None:
    """Only charts draw, only forms show, only the store opens a database, only reports run notebooks."""
    assert [
        f"{one.name} imports {name}"
        for one in MODULES.values()
        for _, name in one.imports(at_runtime=False)
        if one.top not in ONLY.get(name.partition(".")[0], {one.top})
    ] == []


def test_the_clock_is_read_in_one_place() -> None:
    """Every calculation takes its date from outside, so that it can be repeated."""
    reads = [
        (one.name, ast.unparse(node))
        for one in MODULES.values()
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow", "time", "time_ns")
    ]
    fine = ("clock.now", "clock.today", "dt.time", "datetime.time")
    assert [one for one in reads if one[0] != "clock" and one[1] not in fine] == []


def test_there_is_no_import_cycle() -> None:
    """Any module can be understood without those that use it."""
    pairs = [(one.name, other) for one in MODULES.values() for other in one.own_imports() if one.name != other]
    graph = nx.DiGraph(pair for pair in pairs if pair[1] != "__init__")
    assert [sorted(ring) for ring in nx.strongly_connected_components(graph) if len(ring) > 1] == []


def test_own_modules_are_imported_at_the_top() -> None:
    """What a module needs is read in its first lines; only the lazy doors load by name."""
    late = [(one.name, name) for one in MODULES.values() for _, name in one.late_imports()]
    assert [one for one in late if one[1].startswith("planning_kit")] == []


def test_modules_are_loaded_by_name_only_at_the_lazy_doors() -> None:
    """``importlib`` stays where a command or the first use of a name decides what is loaded."""
    users = {one.name for one in MODULES.values() if "importlib" in {name for _, name in one.imports()}}
    commands = {"cli", "cli_report", "cli_schedule", "cli_share", "cli_updates"}
    assert users <= {"__init__", *commands, "bench", "charts", "reports"}


def test_third_party_imports_inside_functions_say_why() -> None:
    """A heavy library may be loaded where it is used, with the reason beside it."""
    silent = []
    for one in MODULES.values():
        lines = one.text.splitlines()
        silent += [(one.name, name) for node, name in one.late_imports() if "#" not in lines[node.lineno - 1]]
    assert silent == []


def test_nothing_is_pickled_and_nothing_typed_is_run() -> None:
    """A plan file from a stranger is data and stays data."""
    for module in MODULES.values():
        libraries = {name.partition(".")[0] for _, name in module.imports()}
        assert libraries & {"pickle", "shelve", "marshal", "dill", "joblib"} == set(), module.name
        calls = [one.func for one in ast.walk(module.tree) if isinstance(one, ast.Call)]
        assert {one.id for one in calls if isinstance(one, ast.Name)} & {"eval", "exec"} == set(), module.name


# --- size --------------------------------------------------------------------------------------------------


def test_no_module_is_over_four_hundred_lines() -> None:
    """A file is read in one sitting."""
    assert [one.name for one in MODULES.values() if len(one.text.splitlines()) > LONGEST_MODULE] == []


def test_nine_functions_of_ten_are_short() -> None:
    """A function fits on a screen: under 35 lines, its documentation not counted."""
    lengths = []
    for module in MODULES.values():
        for one in ast.walk(module.tree):
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                text = ast.get_docstring(one, clean=False) or ""
                lengths.append((one.end_lineno or 0) - one.lineno + 1 - (text.count("\n") + 1 if text else 0))
    assert sum(length < 35 for length in lengths) >= 0.9 * len(lengths)


def code_lines(module: Module) -> int:
    """Return the lines of a module that hold code: no documentation, no comment, no blank line."""
    blank = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    lines = {n for one in tokens if one.type not in blank for n in range(one.start[0], one.end[0] + 1)}
    words = [one for one in ast.walk(module.tree) if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    return len(lines - {n for one in words for n in range(one.lineno, (one.end_lineno or 0) + 1)})


def test_the_package_stays_small() -> None:
    """A helper package: a feature that threatens this bound looks for a declaration or a library that is shorter."""
    assert sum(map(code_lines, MODULES.values())) <= MOST_CODE


def test_the_public_door_is_narrow_and_everything_behind_it_is_there() -> None:
    """At most fifteen names, each documented, and a wrong one is answered with the list."""
    assert len(pk.__all__) <= 15
    assert [name for name in pk.__all__ if not inspect.getdoc(getattr(pk, name))] == []
    assert sorted(pk.__all__) == dir(pk)
    with pytest.raises(AttributeError, match=r"planning_kit has no nonsense\. It has: Edit, Plan"):
        _ = pk.nonsense


# --- names -------------------------------------------------------------------------------------------------


def declared_names() -> set[str]:
    """Return the names of all tables, fields and steps."""
    fields = {name for table in TABLES.values() for name in table.fields}
    return {*TABLES, *fields, *(step.name for step in STEPS)}


def said_by_engines() -> dict[str, set[str]]:
    """Return the declared names that engines hold as text, with the modules that do."""
    found: dict[str, set[str]] = {}
    for module in MODULES.values():
        for one in set(strings(module.tree)) & declared_names() if module.top in ENGINES else ():
            found.setdefault(one, set()).add(module.name)
    return found


def test_engines_name_no_table_no_field_and_no_step() -> None:
    """What an engine needs is marked in the spec by role, so that a new step changes no engine."""
    assert {name: places for name, places in said_by_engines().items() if name not in PLAIN_WORDS} == {}


def test_every_plain_word_is_still_needed() -> None:
    """The list of exceptions shrinks when a reason goes."""
    assert sorted(set(PLAIN_WORDS) - set(said_by_engines())) == []


def test_no_field_is_called_like_an_argument_of_an_edit() -> None:
    """``wb.edit("tasks", "T14", deadline=...)`` reaches every field by its name; a reason goes to both."""
    taken = {"self"}
    assert [(table.name, taken & set(table.fields)) for table in TABLES.values() if taken & set(table.fields)] == []


def test_no_table_is_called_like_a_part_of_a_plan() -> None:
    """``plan.tasks`` is the frame of every table."""
    assert [name for name in TABLES if hasattr(pk.Plan, name)] == []


each_step = pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])


@each_step
def test_every_chart_a_step_names_is_there(step: Step) -> None:
    """A picture on a page is a function of the charts that takes a plan and a date, and a row where one is picked."""
    for picture in step.pictures:
        parameters = inspect.signature(getattr(charts, picture.chart)).parameters
        assert next(iter(parameters)) == "plan"
        assert "as_of" in parameters
        assert not picture.pick or len(parameters) >= 3


@each_step
def test_every_study_a_step_names_is_there(step: Step) -> None:
    """A question on a page has its calculation, and what it keeps fits a table."""
    for study in step.studies:
        assert studies.STUDIES[study.name].keeps in {"", *TABLES}


@each_step
def test_every_table_field_and_code_a_step_names_is_there(step: Step) -> None:
    """Views, lights and figures lead to something."""
    codes = {one.code for one in CHECKS} | {f"{one.number}{end}" for one in STEPS for end in ("00", "99")}
    for view in step.views:
        fields = TABLES[view.table].fields
        assert {*view.fields, *view.defaults} <= set(fields)
        assert {name.partition(".")[0] for name in view.where} <= set(fields)
    for pivot in step.pivots:
        named = {pivot.rows, pivot.columns, pivot.value, *pivot.slices, *pivot.offers}
        assert named <= set(TABLES[pivot.table].fields)
        assert {pivot.along} - {""} <= set(pivot.slices)
    for light in step.ready:
        assert set(light.tables) <= set(TABLES)
        assert set(light.codes) <= codes
    for one in step.timelines:
        table, *ends = one.links
        assert {one.start, one.length, one.group} <= set(TABLES[one.table].fields)
        assert set(ends) <= set(TABLES[table].fields)
        assert one.baseline.partition(".")[2] in TABLES[one.baseline.partition(".")[0]].fields
    assert {table for one in step.figures for table in one.tables} <= set(TABLES)


@each_step
def test_every_report_of_a_step_is_a_notebook_with_parameters(step: Step) -> None:
    """A report can be run: its notebook is there and takes parameters."""
    for report in step.reports:
        cells = cells_of(shipped("notebooks") / "reports" / f"{report.name}.ipynb")
        assert sum("parameters" in cell["metadata"].get("tags", []) for cell in cells) == 1


def test_every_check_says_what_why_how_to_mend_it_and_where_it_comes_from() -> None:
    """The page of a check is its docstring."""
    assert [one.code for one in CHECKS if not all((one.title, one.what, one.why, one.fix, one.source))] == []


def test_every_thread_and_every_gap_is_watched() -> None:
    """No light on the overview stays dark for want of a check."""
    assert {one.gap for one in CHECKS if one.gap} == set(typing.get_args(spec.Break))
    assert set(typing.get_args(spec.Thread)) <= {one.thread for one in CHECKS} | {"accountability", "goal alignment"}


# --- notebooks ---------------------------------------------------------------------------------------------

GUIDED = [(step, shipped("notebooks") / step.notebook) for step in STEPS]
EVERY_NOTEBOOK = sorted(shipped("notebooks").rglob("*.ipynb"))
REPORTS = [one for one in EVERY_NOTEBOOK if one.parent.name == "reports"]
each_guided = pytest.mark.parametrize(("step", "path"), GUIDED, ids=[path.stem for _, path in GUIDED])
each_notebook = pytest.mark.parametrize("path", EVERY_NOTEBOOK, ids=[one.stem for one in EVERY_NOTEBOOK])
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.With)


def cells_of(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook."""
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def code_of(path: Path) -> list[list[str]]:
    """Return the lines of each code cell that hold something."""
    return [
        [line for line in "".join(cell["source"]).splitlines() if line.strip()]
        for cell in cells_of(path)
        if cell["cell_type"] == "code"
    ]


@each_notebook
def test_a_notebook_is_committed_clean(path: Path) -> None:
    """No output, no count, no widget state, no tag nobody knows; every cell keeps its id."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5)
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info", "planning_kit"}
    ids = [cell.get("id", "") for cell in notebook["cells"]]
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", one) for one in ids)
    assert len(set(ids)) == len(ids)
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert set(cell["metadata"].get("tags", [])) <= {"parameters", "remove-input"}


@each_notebook
def test_a_notebook_uses_public_names_only(path: Path) -> None:
    """What a notebook may call is what any program may call."""
    tree = ast.parse("\n".join(line for cell in code_of(path) for line in cell))
    imported = [one for one in ast.walk(tree) if isinstance(one, (ast.Import, ast.ImportFrom))]
    if path.parent.name != "analyst":
        assert [ast.unparse(one) for one in imported] == ["import planning_kit as pk"]
    used = {
        one.attr
        for one in ast.walk(tree)
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "pk"
    }
    assert used <= set(pk.__all__)


@each_guided
def test_a_guided_notebook_is_a_page_and_not_a_program(step: Step, path: Path) -> None:
    """Short cells of calls, hidden code, more words than code, and the number of its step."""
    cells, code = cells_of(path), code_of(path)
    assert 12 <= len(cells) <= 30
    assert all(1 <= len(lines) <= 6 for lines in code)
    assert sum(map(len, code)) <= 30
    shown = [[isinstance(one, ast.Expr) for one in ast.parse("\n".join(lines)).body] for lines in code]
    assert [
        lines for lines, some in zip(code, shown, strict=True) if any(some[:-1])
    ] == []  # only the last is displayed
    tree = ast.parse("\n".join(line for lines in code for line in lines))
    assert not [one for one in ast.walk(tree) if isinstance(one, FORBIDDEN)]
    assert not [line for lines in code for line in lines if line.startswith(("%", "!"))]
    for cell in cells:
        assert cell["cell_type"] == "markdown" or cell["metadata"]["jupyter"]["source_hidden"] is True
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["planning_kit"]["step"] == step.number


@each_guided
def test_a_guided_notebook_goes_from_the_question_to_the_next_step(step: Step, path: Path) -> None:
    """Open, agenda, tables, charts, findings, next; every call leads to something the step has."""
    calls = re.findall(
        r"^s\.(\w+)\((.*)\)$", "\n".join(line for lines in code_of(path) for line in lines), re.MULTILINE
    )
    parts = [name for name, _ in calls]
    assert f"s = pk.step({step.number})" in "\n".join(line for lines in code_of(path) for line in lines)
    assert parts[0] == "header"
    assert parts[-1] == "next"
    assert {"findings", "table"} <= set(parts)
    assert [name for name in parts if not hasattr(forms.Guide, name)] == []
    kinds = ("table", "pivot", "chart", "board", "timeline", "study")
    named = {name: [argument.strip("'\"") for part, argument in calls if part == name] for name in kinds}
    assert set(named["study"]) == {one.name for one in step.studies}
    assert set(named["board"]) == {one.name for one in step.views if isinstance(one, (spec.Board, spec.Pairs))}
    assert set(named["table"]) <= {one.name for one in step.views} | set(TABLES)
    assert set(named["pivot"]) == {one.name for one in step.pivots}
    assert set(named["chart"]) == {one.chart for one in step.pictures}
    assert set(named["timeline"]) == {one.name for one in step.timelines}


@each_guided
def test_a_guided_notebook_links_only_to_what_travels_with_it(step: Step, path: Path) -> None:
    """No dead link and no address of another machine."""
    text = "\n".join("".join(cell["source"]) for cell in cells_of(path))
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (path.parent / target).exists(), f"{step.name}: {target}"


def test_every_notebook_belongs_to_something() -> None:
    """A notebook is a step's, a report's or an analyst's."""
    known = {path for _, path in GUIDED} | set(REPORTS)
    assert [one.name for one in EVERY_NOTEBOOK if one not in known and one.parent.name != "analyst"] == []
    assert {one.stem for one in REPORTS} == {report.name for step in STEPS for report in step.reports}


# --- committed files ---------------------------------------------------------------------------------------

MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/[\w.]|[A-Z]:\\Users\\")
REGISTRY = re.compile(
    r"https?://[^\s\"']*(?:pypi|pythonhosted|npmjs|yarnpkg|jsdelivr|unpkg|cdnjs|registry|artifactory|nexus)[^\s\"']*"
)


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    """A checkout is the same on every computer, and locks work with any mirror."""
    names = (
        "*.py",
        "*.toml",
        "*.md",
        "*.ipynb",
        "*.json",
        "*.lock",
        "*.ts",
        "*.mjs",
        "*.cjs",
        "Makefile",
        "*.sql",
        ".ci/*",
        ".npmrc",
    )
    wrong = []
    for path in committed(*names):
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [(path.relative_to(ROOT), one) for one in MACHINE.findall(text)[:1]]
        if path.name != Path(__file__).name:
            wrong += [(path.relative_to(ROOT), one) for one in REGISTRY.findall(text)[:1]]
    assert wrong == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """A test that does not run says nothing."""
    words = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|time\.sleep")
    found = [
        path.name
        for path in committed("tests/**/test_*.py", "tests/test_*.py")
        if words.search(path.read_text(encoding="utf-8"))
    ]
    assert [name for name in found if name != Path(__file__).name] == []


def test_every_test_says_in_one_sentence_what_a_user_would_notice() -> None:
    """The list of tests reads as a description of the product."""
    silent = [
        f"{path.name}: {one.name}"
        for path in committed("tests/*.py", "tests/**/*.py")
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and one.name.startswith("test_")
        if not re.fullmatch(r".+[.?!]", (ast.get_docstring(one) or ""))
    ]
    assert silent == []
