"""Pages drawn from the declarations, checks and data dictionary; ``python -m planning_kit.docs`` writes them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from planning_kit.spec import ANY, Check, Field, Kind, Step
from planning_kit.spec.values import amount, shown
from planning_kit.steps import STEPS

FOLDER = Path(__file__).parent.parent / "docs"
WORDS = {
    Kind.TEXT: "text",
    Kind.LONG: "long text",
    Kind.DATE: "date",
    Kind.NUMBER: "number",
    Kind.MONEY: "money",
    Kind.WHOLE: "whole number",
    Kind.FLAG: "yes or no",
    Kind.TEXTS: "several texts",
}


def checks_page() -> str:
    """Return the page of all checks: what each finds, why it matters, how to repair it, where it comes from."""
    head = (
        "# Checks\n\n"
        "An *error* blocks the tick “done” of its step, a *warning* warns, a *note* notes; none of them ever blocks "
        "saving. Thresholds are settings of the plan: enter their name and another value in the table Settings, "
        "with the reason. *Slow* checks run when asked for, not at every edit.\n\n"
        "Two checks come with every step: **N00** something needed is missing, and **N99** a reference to a row "
        "that is not there (N is the number of the step).\n"
    )
    return head + "".join(_step_of_checks(step) for step in STEPS if step.checks)


def _step_of_checks(step: Step) -> str:
    rows = "\n".join(f"| [{one.code}](#{_anchor(one)}) | {one.severity} | {one.title} |" for one in _sorted(step))
    entries = "".join(map(_check, _sorted(step)))
    return f"\n## {step.number} {step.title}\n\n| code | severity | title |\n|---|---|---|\n{rows}\n{entries}"


def _sorted(step: Step) -> list[Check]:
    return sorted(step.checks, key=lambda one: one.code)


def _anchor(one: Check) -> str:
    kept = "".join(sign for sign in f"{one.code} {one.title}".lower() if sign.isalnum() or sign in " -_")
    return kept.replace(" ", "-")


def _check(one: Check) -> str:
    feeds = [one.severity, *(f"thread: {one.thread}" for _ in (one.thread,) if one.thread)]
    feeds += [f"break: {one.gap}"] if one.gap else []
    feeds += ["slow"] if one.slow else []
    settings = "".join(f"\n- Setting `{s.name}` = {amount(s.default)}: {s.doc}" for s in one.settings)
    return (
        f"\n### {one.code} {one.title}\n\n*{', '.join(feeds)}*\n\n"
        f"- **What.** {one.what}\n- **Why.** {one.why}\n- **Fix.** {one.fix}\n- **Source.** {one.source}{settings}\n"
    )


def tables_page() -> str:
    """Return the data dictionary: every table with every field."""
    head = (
        "# Tables\n\n"
        "What a plan consists of. A field marked \\* is needed before its step is done, never needed to save. Fields "
        "and tables marked *more* open on demand. Every row also keeps `source_id`, its id in the file or system it "
        "came from.\n"
    )
    return head + "".join(_step_of_tables(step) for step in STEPS)


def _step_of_tables(step: Step) -> str:
    book = "" if step.book == "plan" else f"\nThese tables live in a workbook of their own (`{step.book}`).\n"
    parts = [f"\n## {step.number} {step.title}\n{book}"]
    for table in step.tables:
        marks = [f"ids {table.prefix}1, {table.prefix}2, ...", f"natural key: {', '.join(table.key)}"]
        marks += ["more"] if table.more else []
        marks += ["one row"] if table.single else []
        parts.append(f"\n### {table.name}\n\n{table.doc} *({'; '.join(marks)})*\n\n")
        parts.append("| field | title | type | what it is |\n|---|---|---|---|\n")
        parts += [_field(one) for one in table.fields.values() if one.name != "source_id"]
    return "".join(parts)


def _field(one: Field) -> str:
    star = r"\*" if one.needed else ""
    extra = [f"default: {shown(one, one.default, str)}"] if one.default not in (None, "", ()) else []
    extra += ["more"] if one.more else []
    doc = one.doc + (f" *({'; '.join(extra)})*" if extra else "")
    cells = (f"`{one.name}`{star}", one.title, _type(one), doc)
    return "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |\n"


def _type(one: Field) -> str:
    if one.kind is Kind.CHOICE:
        return ", ".join(one.choice_label(choice) for choice in one.choices)
    if one.is_reference:
        targets = "any table" if ANY in one.to else ", ".join(one.to)
        return f"→ {targets}" + (" (several)" if one.kind is Kind.REFS else "")
    low, high = one.least, one.most
    bounds = [f"from {amount(low)}"] if low is not None else []
    bounds += [f"up to {amount(high)}"] if high is not None else []
    words = WORDS[one.kind] + (f" ({one.uom})" if one.uom else "")
    return words + (f", {' '.join(bounds)}" if bounds else "")


PAGES: Mapping[str, Callable[[], str]] = {"checks.md": checks_page, "tables.md": tables_page}
"""Name of each drawn page in ``docs`` and the function that draws it."""

if __name__ == "__main__":
    for name, draw in PAGES.items():
        (FOLDER / name).write_text(draw(), encoding="utf-8")
