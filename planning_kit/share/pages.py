"""What the participants' pages show, worked out of what the steps declare. Text only ever passes the autoescape."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import jinja2
import pandas as pd

from planning_kit import answers, ballots
from planning_kit.analysis import ranking
from planning_kit.errors import PlanError
from planning_kit.share.seats import Actor
from planning_kit.spec import Ballot, Cards, Inbox, Kind, Recall, Step, Table, amount
from planning_kit.steps import STEPS
from planning_kit.workbook import Workbook

HERE = Path(__file__).parent
View = dict[str, Any]
Part = TypeVar("Part", Ballot, Inbox, Cards, Recall)
SPREAD_SHOWN = 12
"""Lines of the spread: as many as one can talk about."""


@functools.cache
def templates() -> jinja2.Environment:
    """Return the templates; everything put into them is escaped."""
    loader = jinja2.FileSystemLoader(HERE / "html")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


def page(template: str, /, **values: Any) -> str:
    """Return a page as HTML."""
    return templates().get_template(f"{template}.html.j2").render(values)


def shared(step: int | None, kind: type[Part]) -> list[tuple[Step, Part]]:
    """Return what the steps (or one of them) share with participants of one kind, in order; step 0 goes with all."""
    steps = [one for one in STEPS if step is None or one.number in (0, step)]
    return [(one, part) for one in steps for part in one.shared if isinstance(part, kind)]


def part(step: int | None, kind: type[Part], name: str) -> Part:
    """Return a shared part by its name.

    Raises
    ------
    PlanError
        When this workshop has none of this name.
    """
    found = next((one for _, one in shared(step, kind) if one.name == name), None)
    if found is None:
        message = "There is no such page in this workshop. Go back to the start."
        raise PlanError(message)
    return found


def names(book: Workbook) -> list[tuple[str, str]]:
    """Return the people of the plan, by name, to pick oneself."""
    people = book.plan.with_role("people")
    rows = book.plan.content(people.name).labels if people else {}
    return sorted(((row, book.plan.label(row)) for row in rows), key=lambda one: one[1].casefold())


def organisation(book: Workbook) -> str:
    """Return whose workshop it is."""
    return str(book.plan.marked("profile", "organisation") or book.path.stem)


def home(book: Workbook, actor: Actor, step: int | None) -> list[View]:
    """Return what there is to do for a person, and where each stands."""
    inboxes = [one for _, one in shared(step, Inbox)]
    many = answers.waiting(book, inboxes)[actor.person]
    waits = {"state": f"{many} due from you" if many else "Nothing is due from you", "done": not many, "open": True}
    mine = {"path": "/due", "title": "My updates", "help": "Everything that is due from you, in one list.", **waits}
    cards = {"state": "Write a card", "done": False, "open": True}
    return [
        *(
            {"path": f"/ballot/{one.name}", **_told(one), **_progress(book, one, actor)}
            for _, one in shared(step, Ballot)
        ),
        *([mine] if inboxes else []),
        *(
            {"path": f"/recall/{one.name}", **_told(one), **_recalled(book, one, actor)}
            for _, one in shared(step, Recall)
        ),
        *({"path": f"/cards/{one.name}", **_told(one), **cards} for _, one in shared(step, Cards)),
    ]


def _told(one: Ballot | Cards | Recall) -> View:
    return {"title": one.title, "help": one.help}


def _recalled(book: Workbook, test: Recall, actor: Actor) -> View:
    sealed = book.store.sealed
    if sealed.revealed_at(test.name):
        return {"state": "Counted: look at the wall", "done": True, "open": False}
    answered = actor.person in sealed.cast_by(test.name)
    return {"state": "Your answer is in" if answered else "Waits for you", "done": answered, "open": True}


def recalls(book: Workbook, step: int | None) -> list[View]:
    """Return the recall tests as the facilitator sees them: how many answered, then the counts of the groups."""
    found = []
    for _, one in shared(step, Recall):
        revealed = book.store.sealed.revealed_at(one.name)
        frame = book.plan.frame(one.table).sort_values(one.on, kind="stable").drop_duplicates(one.group, keep="last")
        lines = [
            f"{book.label(group)}: {named} of {asked} named"
            for group, named, asked in zip(frame[one.group], frame[one.named], frame[one.asked], strict=True)
        ]
        many = len(book.store.sealed.cast_by(one.name))
        found.append(
            {**_told(one), "name": one.name, "many": many, "revealed": revealed, "lines": lines if revealed else []}
        )
    return found


def recall(book: Workbook, test: Recall) -> View:
    """Return a recall test: lines to write on, and the list to compare with."""
    rows = [(str(row), book.label(str(row))) for row in test.of(book.plan).index]
    revealed = bool(book.store.sealed.revealed_at(test.name))
    return {**_told(test), "name": test.name, "most": test.most, "rows": rows, "revealed": revealed}


def _progress(book: Workbook, on: Ballot, actor: Actor) -> View:
    where = ballots.standing(book, on)
    if where.revealed_at:
        return {"state": "Revealed: look at the wall", "done": True, "open": False}
    filled, complete = where.votes.get(actor.person, (0, False))
    words = "Your votes are in" if complete else f"{filled} given so far" if filled else "Waits for you"
    return {"state": words, "done": complete, "open": True}


def ballot(book: Workbook, on: Ballot, actor: Actor) -> View:
    """Return a ballot as its form shows it, filled in with what this device has voted."""
    plan, field = book.plan, book.field(on.table, on.value)
    own = book.store.sealed.own(on.name, actor.person, actor.device)
    kinds = [{"name": one, **ballots.asked(plan, on, one)} for one in ballots.criteria(plan, on)]
    lines = [
        {
            "label": plan.label(item),
            "votes": [
                {**one, "field": (name := ballots.named(item, one["name"])), "value": own.get(name)} for one in kinds
            ],
        }
        for item in ballots.items(plan, on)
    ]
    scale = range(int(field.least or 0), int(field.most or 0) + 1)
    return {
        "title": on.title,
        "help": on.help,
        "total": on.total,
        "scale": [] if on.total else list(scale),
        "kinds": kinds,
        "items": lines,
        "fields": len(lines) * len(kinds),
        "given": amount(sum(own.values())) if on.total else str(len(own)),
        "revealed": bool(book.store.sealed.revealed_at(on.name)),
    }


def taken(on: Ballot, total: float, *, complete: bool) -> str:
    """Return the sentence a person reads once their votes are taken."""
    if on.total:
        left = f"{amount(on.total - total)} of {on.total} left to give."
        return f"Saved. {'All is given.' if complete else left}"
    return "Saved. You have voted on everything." if complete else "Saved."


def room(book: Workbook, step: int | None) -> list[View]:
    """Return the ballots as the facilitator sees them: who has voted, and the spread once it is revealed."""
    return [
        {"name": one.name, "title": one.title, "step": number.number, **_voters(book, one)}
        for number, one in shared(step, Ballot)
    ]


def _voters(book: Workbook, on: Ballot) -> View:
    where = ballots.standing(book, on)
    voters = [{"name": book.label(who), "filled": n, "done": done} for who, (n, done) in where.votes.items()]
    return {
        "voters": sorted(voters, key=lambda one: one["name"].casefold()),
        "ready": where.ready,
        "revealed": where.revealed_at,
        "spread": list(spread(book, on)) if where.revealed_at else [],
    }


def spread(book: Workbook, on: Ballot) -> Iterator[View]:
    """Yield the widest votes first: a dot for each rater, on a line from 0 to 100."""
    plan, field = book.plan, book.field(on.table, on.value)
    frame = plan.frame(on.table).dropna(subset=[on.item, on.rater, on.value])
    kind = frame[on.criterion].astype("str") if on.criterion else pd.Series("", frame.index)
    value = frame[on.value].astype("float64")
    votes = pd.DataFrame({"item": frame[on.item] + ballots.BETWEEN + kind, "rater": frame[on.rater], "value": value})
    votes = votes[frame[on.item].isin(ballots.items(plan, on))]
    if votes.empty:
        return
    low, high = (0.0, float(votes["value"].max())) if on.total else (field.least or 0.0, field.most or 1.0)
    for name, row in ranking.camps(votes, low, high).head(SPREAD_SHOWN).iterrows():
        item, _, criterion = str(name).partition(ballots.BETWEEN)
        some = votes[votes["item"] == name].sort_values("value", kind="stable")
        stack = some.groupby("value").cumcount()
        places = zip(some["rater"], some["value"], stack, strict=True)
        yield {
            "label": plan.label(item),
            "of": ballots.asked(plan, on, criterion)["title"] if criterion else "",
            "camps": bool(row["camps"]),
            "tall": int(stack.max()) + 1,
            "dots": [
                {"x": _across(vote, low, high), "level": int(at), "who": plan.label(rater), "vote": amount(vote)}
                for rater, vote, at in places
            ],
            "mean": amount(round(row["mean"], 1)),
            "mean_x": _across(row["mean"], low, high),
            "ends": (amount(low), amount(high)),
        }


def inbox(book: Workbook, actor: Actor, step: int | None) -> list[View]:
    """Return what is due from a person, list by list, each with its form."""
    found = []
    for _, one in shared(step, Inbox):
        items = answers.due(book, one, actor.person)
        found.append({"name": one.name, "title": one.title, "items": [_item(book, one, item) for item in items]})
    return found


def _item(book: Workbook, one: Inbox, item: answers.Due) -> View:
    table = answers.target(book, one)
    late = item.due is not None and item.due < book.as_of
    return {
        "id": item.row,
        "label": item.label,
        "due": item.due,
        "late": late,
        "told": item.told,
        "fields": fields(table, one.fields, item.known),
        "seen": list(answers.seen(one, item).items()),
        "answers": list(one.answers),
    }


def fields(table: Table, names: Iterable[str], values: Mapping[str, Any]) -> list[View]:
    """Return fields as a form shows them."""
    kinds = {Kind.DATE: "date", Kind.NUMBER: "number", Kind.MONEY: "number", Kind.WHOLE: "number", Kind.LONG: "long"}
    return [
        {
            "name": name,
            "title": field.title + (f" ({field.uom})" if field.uom else ""),
            "doc": field.doc,
            "kind": "choice" if field.choices else kinds.get(field.kind, "text"),
            "choices": [(one, field.choice_label(one)) for one in field.choices],
            "value": answers.text(values.get(name)),
            "least": field.least,
            "most": field.most,
        }
        for name in names
        for field in [table.fields[name]]
    ]


def _across(value: float, low: float, high: float) -> float:
    return round((value - low) / (high - low or 1.0) * 100, 2)
