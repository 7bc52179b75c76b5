"""Plans to draw: a small library service, nothing at all, names that bite, ten thousand rows."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from typing import Any

import pandas as pd
import pytest

from planning_kit import charts
from planning_kit.frames import Content, framed
from planning_kit.plan import Plan
from planning_kit.steps import STEPS, tables_of

HOSTILE = "</script><img src=x onerror=alert(1)> datum['x'] \"' \\ %d {0} ${y}"
AS_OF = dt.date(2027, 6, 30)


def planned(rows: dict[str, dict[str, dict[str, Any]]], book: str = "plan") -> Plan:
    """Return a plan with these rows: table, id, values; fields not named have their defaults."""
    contents = {}
    for name, table in tables_of(book).items():
        defaults = {one.name: one.default for one in table.fields.values()}
        found = {row: {**defaults, **values} for row, values in rows.get(name, {}).items()}
        contents[name] = Content(table, functools.partial(framed, table, list(found.values()), list(found)))
    return Plan(contents, 1)


def numbered(prefix: str, *rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return rows under the ids prefix1, prefix2, ..."""
    return {f"{prefix}{number}": row for number, row in enumerate(rows, 1)}


def day(text: str) -> dt.date:
    """Return a date from ISO text."""
    return dt.date.fromisoformat(text)


UNITS = ("Library service", "Branches", "Digital", "Collections", "Programmes", "Facilities")
PEOPLE = ("Ana Ruiz", "Ben Okafor", "Carla Weiss", "Dev Patel", "Ema Novak", "Finn Larsen", "Gita Rao")


def organisation() -> dict[str, dict[str, dict[str, Any]]]:
    """Return who plans."""
    people = [{"name": one, "unit": f"U{number % 5 + 2}", "change_share": 20.0} for number, one in enumerate(PEOPLE)]
    profile = {
        "name": "Libraries 2028",
        "organisation": "City library",
        "leader": "P1",
        "start": day("2027-01-01"),
        "finish": day("2028-12-31"),
        "currency": "EUR",
        "country": "DE",
    }
    units = [{"name": one, "parent": "U1" if number else None} for number, one in enumerate(UNITS)]
    return {"profile": {"PF1": profile}, "units": numbered("U", *units), "people": numbered("P", *people)}


OBJECTIVES = (
    ("The council trusts the library with new tasks", "stakeholder", "P1"),
    ("Every child reads by eight", "customer", "P4"),
    ("Anyone can use the library at any hour", "customer", "P2"),
    ("People without a connection get online", "customer", "P3"),
    ("Money moves to where it does most good", "finance", "P1"),
    ("Borrowing takes less than a minute", "process", "P3"),
    ("Branches work from one catalogue", "process", "P5"),
    ("Programmes are planned with the schools", "process", "P4"),
    ("Every member of staff can run self-service", "capability", "P2"),
    ("The stock is tagged", "capability", "P5"),
    ("Data are clean and shared", "capability", "P3"),
)
LINKS = (
    (10, 6),
    (10, 7),
    (9, 6),
    (9, 3),
    (11, 7),
    (11, 5),
    (6, 3),
    (7, 3),
    (8, 2),
    (7, 4),
    (2, 1),
    (3, 1),
    (4, 1),
    (5, 1),
)


def strategy() -> dict[str, dict[str, dict[str, Any]]]:
    """Return objectives, their map and their measures, with values to the middle of the plan."""
    objectives = [
        {"title": title, "perspective": where, "owner": owner, "due": day("2028-12-31")}
        for title, where, owner in OBJECTIVES
    ]
    objectives[8]["unit"], objectives[9]["unit"] = "U2", "U4"
    links = [{"cause": f"O{a}", "effect": f"O{b}", "sign": "helps"} for a, b in LINKS]
    links += [{"cause": "O5", "effect": "O3", "sign": "harms"}, {"cause": "O6", "effect": "O8", "sign": "harms"}]
    aims = (
        ("Council members who would give us new tasks", "raise_to", 40, 70, "%", (45, 46)),
        ("Children who read at eight", "raise_to", 61, 80, "%", (63, 66, 68)),
        ("Opening hours per week", "raise_to", 420, 600, "hours", (430, 440, 452)),
        ("Visits per opening hour", "keep_at_least", None, 55, "visits", (58, 56, 53)),
        ("Loans per opening hour", "raise_to", 30, 40, "loans", (32, 34, 37)),
        ("Complaints", "keep_at_most", None, 60, "a year", (50, 48, 44)),
        ("Waiting time at the desk", "lower_to", 240, 60, "s", (230, 200, 175)),
        ("Items tagged", "raise_to", 0, 180000, "items", (10000, 20000, 31000)),
        ("Staff trained", "raise_to", 5, 95, "%", ()),
        ("Duplicate records", "lower_to", 41000, 1000, "records", (40000,)),
    )
    at = (2, 2, 3, 3, 5, 1, 6, 10, 9, 11)
    measures = [
        {
            "name": name,
            "objective": f"O{at[number]}",
            "target_kind": kind,
            "baseline": None if base is None else float(base),
            "baseline_on": day("2026-12-31"),
            "target": float(target),
            "uom": uom,
            "due": day("2028-12-31"),
        }
        for number, (name, kind, base, target, uom, _) in enumerate(aims)
    ]
    ends = (day("2027-02-28"), day("2027-04-30"), day("2027-06-30"), day("2027-08-31"))
    actuals = [
        {"measure": f"M{number}", "period_end": ends[place], "value": float(value)}
        for number, aim in enumerate(aims, 1)
        for place, value in enumerate(aim[5])
    ]
    actuals.append({"measure": "M2", "period_end": ends[3], "value": 79.0})
    actuals[-2]["published_progress"] = 65.0  # a measure further on than another report said
    weeks = [day("2027-01-03") + dt.timedelta(weeks=number) for number in range(9)]
    actuals += [{"measure": "M9", "period_end": week, "value": 6.0 + number} for number, week in enumerate(weeks)]
    targets = [
        {"measure": "M8", "period_end": day(when), "value": value}
        for when, value in (("2027-06-30", 60000.0), ("2027-12-31", 120000.0), ("2028-12-31", 180000.0))
    ]
    return {
        "objectives": numbered("O", *objectives),
        "objective_links": numbered("OL", *links),
        "measures": numbered("M", *measures),
        "actuals": numbered("AL", *actuals),
        "targets": numbered("TA", *targets),
    }


WORK: tuple[tuple[Any, ...], ...] = (
    ("Self-service in all branches", "initiative", None, 3, 2, None, None),
    ("Choose the machines", "task", 1, None, 3, 30, None),
    ("Tag the stock of Central", "task", 1, None, 4, 90, 5),
    ("Install machines at Central", "task", 1, None, 3, 40, None),
    ("Train the staff", "task", 1, None, 2, 25, None),
    ("Self-service opens", "milestone", 1, None, 2, 0, None),
    ("Reading clubs in every school", "initiative", None, 2, 5, None, None),
    ("Agree the terms with the schools", "task", 7, None, 5, 20, 2),
    ("Train forty volunteers", "task", 7, None, 5, 60, None),
    ("First clubs meet", "milestone", 7, None, 5, 0, None),
    ("One catalogue", "initiative", None, 7, 4, None, None),
    ("Clean the records", "task", 11, None, 4, 120, None),
    ("Merge the catalogues", "task", 11, None, 3, 60, None),
    ("Old catalogue is switched off", "milestone", 11, None, 3, 0, None),
    ("Second makerspace", "initiative", None, 4, 6, None, None),
    ("Refit the room", "task", 15, None, 6, 80, None),
)
WAITS = ((2, 4), (3, 4), (4, 5), (5, 6), (8, 9), (9, 10), (12, 13), (13, 14))


def work() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the tree of work with its links and reports."""
    tasks = [
        {
            "name": name,
            "kind": kind,
            "parent": f"T{parent}" if parent else None,
            "objective": f"O{objective}" if objective else None,
            "unit": f"U{unit}",
            "owner": f"P{unit}",
            "backup": f"P{backup}" if backup else None,
            "duration": duration,
            "optimistic": None if not duration else duration * 0.8,
            "pessimistic": None if not duration else duration * 1.9,
        }
        for name, kind, parent, objective, unit, duration, backup in WORK
    ]
    tasks[15]["start_no_earlier_than"] = day("2027-09-01")
    tasks[13]["deadline"] = day("2027-11-30")
    reports = (
        ("T2", 100, "2027-02-26"),
        ("T3", 35, None),
        ("T8", 100, "2027-02-05"),
        ("T9", 80, None),
        ("T12", 40, None),
    )
    updates = [
        {
            "task": task,
            "reported_on": day("2027-06-15"),
            "percent_complete": float(share),
            "finished_on": day(end) if end else None,
            "blocked_by": "the tagging team is at Westside" if task == "T3" else None,
        }
        for task, share, end in reports
    ]
    updates += [
        {"task": "T4", "reported_on": day(when), "percent_complete": 20.0, "remaining_days": float(days)}
        for when, days in (("2027-05-03", 20), ("2027-06-07", 25))
    ]
    waits = [{"predecessor": f"T{a}", "successor": f"T{b}", "kind": "FS", "lag": 0.0} for a, b in WAITS]
    return {"tasks": numbered("T", *tasks), "dependencies": numbered("DE", *waits), "updates": numbered("UD", *updates)}


def breakdown() -> dict[str, dict[str, dict[str, Any]]]:
    """Return who else does, is asked and is told; what else work serves; and two exchanges about targets."""
    roles = [("T3", "P6", "R"), ("T3", "P2", "C"), ("T3", "P3", "C"), ("T4", "U2", "I"), ("T8", "P2", "R")]
    responsibilities = [{"task": task, "party": party, "role": role} for task, party, role in roles]
    said = (
        ("O2", 1, "U1", "proposed", 90.0),
        ("O2", 1, "U5", "countered", 75.0),
        ("O2", 2, "U1", "accepted", 80.0),
        ("O3", 1, "U1", "proposed", 650.0),
        ("O3", 2, "U2", "countered", 560.0),
    )
    throws = [
        {"objective": goal, "round": turn, "said_by": who, "position": position, "value": value, "reason": "Because."}
        for goal, turn, who, position, value in said
    ]
    contributions = [{"task": "T1", "objective": "O6", "strength": 9}, {"task": "T7", "objective": "O8", "strength": 3}]
    return {
        "responsibilities": numbered("RE", *responsibilities),
        "catchball": numbered("CB", *throws),
        "contributions": numbered("CN", *contributions),
    }


def money() -> dict[str, dict[str, dict[str, Any]]]:
    """Return budget lines, envelopes and costs."""
    amounts = {2: (900, 2400, 350), 3: (60, 700, 280), 4: (300, 1100, 420), 5: (0, 640, 180), 6: (220, 380, 510)}
    purposes = ("statutory", "run", "change")
    work_of = {2: "T5", 3: "T1", 4: "T11", 5: "T7", 6: "T15"}
    lines = [
        {
            "unit": f"U{unit}",
            "task": work_of[unit] if purpose == "change" else None,
            "purpose": purpose,
            "category": "operating",
            "fiscal_year": 2027,
            "amount": amount * 1000.0,
            "state": "approved",
        }
        for unit, three in amounts.items()
        for purpose, amount in zip(purposes, three, strict=True)
        if amount
    ]
    later = [one for one in lines if one["unit"] in ("U4", "U5") and one["purpose"] == "run"]
    lines += [{**one, "fiscal_year": 2028, "amount": number * 500000.0} for number, one in enumerate(later, 1)]
    lines.append({"unit": "U2", "purpose": "run", "category": "income", "fiscal_year": 2027, "amount": 300000.0})
    costs = [{"task": "T2", "category": "operating", "period_end": day("2027-03-31"), "amount": 42000.0}]
    for case, amount in (("low", 300000.0), ("high", 500000.0)):
        lines.append({**lines[2], "case": case, "amount": amount})
    lines.append({"unit": "U3", "purpose": "change", "category": "capital", "fiscal_year": 2027, "amount": 100000.0})
    frames = {2: 3700, 3: 1000, 4: 1850, 5: 820, 6: 1000}
    envelopes = [
        {"unit": f"U{unit}", "fiscal_year": 2027, "amount": amount * 1000.0} for unit, amount in frames.items()
    ]
    spent = {"costs": numbered("CS", *costs)}
    return {"budget_lines": numbered("B", *lines), "envelopes": numbered("EN", *envelopes), **spent}


def coordination() -> dict[str, dict[str, dict[str, Any]]]:
    """Return scores, risks and assignments."""
    votes = {
        "T1": ((5, 4, 5, 4), (4, 4, 3, 5)),
        "T7": ((5, 5, 4, 5), (2, 1, 2, 2)),
        "T11": ((3, 3, 2, 4), (5, 4, 5, 5)),
    }
    votes["T15"] = ((1, 5, 1, 5), (3, 3, 4, 2))
    scores = [
        {"task": task, "rater": f"P{rater}", "criterion": criterion, "value": value}
        for task, both in votes.items()
        for criterion, values in zip(("value", "difficulty"), both, strict=True)
        for rater, value in enumerate(values, 1)
    ]
    events = (
        ("The tagging supplier delivers after March", 4, 4, 2, 3),
        ("The systems librarian leaves", 3, 5, 3, 2),
        ("A pipe bursts at Central", 2, 4, None, None),
        ("Schools withdraw from the clubs", 2, 3, 1, 3),
        ("Prices of machines rise by a tenth", 4, 2, None, None),
        ("The council cuts the budget", 3, 5, None, None),
        ("Volunteers cannot be found", 3, 3, 2, 2),
    )
    risks = [
        {
            "event": event,
            "owner": "P1",
            "likelihood": a,
            "impact": b,
            "residual_likelihood": c,
            "residual_impact": d,
            "response": "reduce" if c else "accept",
            "about": about,
            "probability": a * 15.0,
            "cost": b * 10_000.0,
            "residual_probability": c and c * 10.0,
        }
        for (event, a, b, c, d), about in zip(events, itertools.cycle(("T2", "O6", None)), strict=False)
    ]
    shares = (
        ("T2", 2, 30),
        ("T3", 4, 60),
        ("T4", 3, 35),
        ("T5", 2, 20),
        ("T9", 5, 15),
        ("T12", 4, 40),
        ("T13", 3, 22),
        ("T16", 6, 18),
    )
    states = ("kept", "asked", "accepted", "kept_late", "broken", "declined", "renegotiated")
    promises = [
        {"what": f"Part {n}", "giver": f"U{n % 5 + 2}", "receiver": f"U{(n + 2) % 5 + 2}", "due": due, "state": state}
        for n, (state, due) in enumerate(
            zip(states, itertools.cycle((day("2027-05-31"), day("2027-09-30"))), strict=False)
        )
    ]
    assignments = [{"task": task, "person": f"P{person}", "share": float(share)} for task, person, share in shares]
    given = {"T1": (40, 45, 0, 50), "T7": (30, 25, 60, 50), "T11": (30, 30, 40, 0)}
    points = [
        {"rater": f"P{rater}", "initiative": task, "points": float(many)}
        for task, all_of in given.items()
        for rater, many in enumerate(all_of, 1)
    ]
    return {
        "scores": numbered("SC", *scores),
        "point_allocations": numbered("PA", *points),
        "risks": numbered("R", {**risks[0], "plan_b": "SN1"}, *risks[1:]),
        "scenarios": numbered("SN", {"name": "Begin with half of it"}),
        "promises": numbered("PR", *promises),
        "assignments": numbered("AN", *assignments),
    }


def library_rows() -> dict[str, dict[str, dict[str, Any]]]:
    """Return all rows of the small library service."""
    return {**organisation(), **strategy(), **choice(), **work(), **breakdown(), **money(), **coordination()}


def choice() -> dict[str, dict[str, dict[str, Any]]]:
    """Return how the strategy was chosen, and what it rests on."""
    factors = numbered(
        "FA",
        {"text": "Staff know their readers", "kind": "strength", "weight": 60.0, "rating": 4},
        {"text": "One expert", "kind": "weakness", "weight": 40.0, "rating": 1},
        {"text": "Non-users ask for Sundays", "kind": "opportunity", "weight": 100.0, "rating": 2},
    )
    options = numbered("OP", {"text": "Open Sundays", "ansoff": "market_development", "factors": "FA1;FA3"})
    wire = {"statement": "Readers stay", "measure": "M4", "comparator": "at_least", "threshold": 55.0}
    tests = [{"unit": "U2", "taken_on": day(one), "asked": 30, "named": 20} for one in ("2027-01-15", "2027-06-15")]
    themes = numbered("TH", {"name": "Open when people are free"})
    return {
        "factors": factors,
        "options": options,
        "themes": themes,
        "assumptions": numbered("AS", wire),
        "achievements": numbered(
            "AC", {"what": "Loans open on Sundays", "whom": "U2", "achieved_on": day("2027-06-01")}
        ),
        "recalls": numbered("RC", *tests),
    }


def appraisal_rows() -> dict[str, dict[str, dict[str, Any]]]:
    """Return an appraisal: reviews by rules computed from the plan, and a pool with two teams and two people."""
    shares = (("U2", 5.0, None, 4000.0), ("U3", 3.0, None, None), ("P4", 1.0, 500.0, 600.0), ("P5", 2.0, None, 400.0))
    rewards = [
        {"what": "a course", "subject": subject, "pool": "RP1", "weight": weight, "floor": floor, "cap": cap}
        for subject, weight, floor, cap in shares
    ]
    pool = {"name": "Training fund 2028", "amount": 10000.0, "reserve": 10.0}
    rules = [
        {"component": "Promises to other units", "basis": "promises", "weight": 60.0},
        {"component": "Training used", "basis": "measure", "measure": "M1", "weight": 40.0},
    ]
    period = {"start": day("2026-07-01"), "finish": day("2027-06-30")}
    period |= {"calibration_opened_on": day("2027-06-30"), "manager": "P1"}
    reviews = [{"subject": f"U{n}", **period, "manager_rating": 1 + n % 5} for n in range(2, 7)]
    reviews += [{"subject": f"P{n}", **period, "manager": "P2", "manager_rating": 4 + n % 2} for n in range(3, 8)]
    ratings = [{"review": f"RV{n}", "rating": 1 + n % 5} for n in range(1, 11)]
    groups = [("Full time", 60, 48), ("Part time", 40, 24), ("Trainees", 4, 4)]
    counts = [{"name": name, "compared_by": "working hours", "headcount": n, "selected": k} for name, n, k in groups]
    return {
        "appraisal_rules": numbered("AR", *rules),
        "reviews": numbered("RV", *reviews),
        "ratings": numbered("RT", *ratings),
        "group_counts": numbered("GC", *counts),
        "reward_pools": {"RP1": pool},
        "rewards": numbered("RW", *rewards),
    }


@pytest.fixture(scope="session")
def library() -> Plan:
    """Return a small library service with all a chart can show."""
    return planned(library_rows())


@pytest.fixture(scope="session")
def blank() -> Plan:
    """Return a plan without rows."""
    return planned({})


def renamed(rows: dict[str, dict[str, dict[str, Any]]], name: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Return rows in which every name reads alike."""
    texts = {"name", "title", "text", "statement", "event", "what", "uom", "blocked_by", "currency"}
    return {
        table: {
            row: {key: name if key in texts and value else value for key, value in fields.items()}
            for row, fields in kept.items()
        }
        for table, kept in rows.items()
    }


@pytest.fixture(scope="session")
def hostile() -> Plan:
    """Return the library service with every name an attack."""
    return planned(renamed(library_rows(), HOSTILE))


def multiplied(plan: Plan, name: str, count: int, **columns: Any) -> pd.DataFrame:
    """Return a table's rows over and over, with new ids and some columns replaced."""
    frame = plan.frame(name)
    many = frame.iloc[[number % len(frame) for number in range(count)]].copy()
    many.index = pd.Index(
        [f"{plan.tables[name].prefix}{number}" for number in range(1, count + 1)], dtype="str", name="id"
    )
    return many.assign(**columns)


def with_frames(plan: Plan, **frames: pd.DataFrame) -> Plan:
    """Return a plan with some tables replaced."""
    contents = {
        name: Content(table, functools.partial(lambda one: one, frames[name])) if name in frames else plan.content(name)
        for name, table in plan.tables.items()
    }
    return Plan(contents, 2)


def shown_in(name: str, plan: Plan) -> Plan:
    """Return the plan, or its appraisal, whichever a chart is drawn from."""
    own = name in {one.chart for step in STEPS if step.book != "plan" for one in step.pictures}
    return plan.beside if own and plan.beside else plan


def drawn(name: str, plan: Plan) -> charts.Drawn:
    """Return a chart of the plan, or of its appraisal."""
    return charts.drawn(name, shown_in(name, plan), AS_OF)


@pytest.fixture(scope="session")
def everything(library: Plan) -> Plan:
    """Return the library service with its appraisal beside it."""
    return library.next_to(planned(appraisal_rows(), "appraisal").next_to(library))


@pytest.fixture(scope="session")
def biting() -> Plan:
    """Return the same with every name an attack."""
    plan = planned(renamed(library_rows(), HOSTILE))
    return plan.next_to(planned(renamed(appraisal_rows(), HOSTILE), "appraisal").next_to(plan))
