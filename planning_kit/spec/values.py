"""One value of one field: from the text a person typed, to the text a person reads, to and from JSON.

Every refusal is a sentence: what was found, what is allowed, what to do.
"""

import datetime as dt
import math
import re
import sys
from collections.abc import Callable
from typing import Any

from planning_kit.spec.fields import Field, Kind

Resolve = Callable[[tuple[str, ...], str], str]
"""Finds the id of the row a person named; raises ``ValueError`` with a sentence."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
TRUE = {"yes", "y", "true", "1", "x", "✓", "ja", "oui", "si", "sí"}
FALSE = {"no", "n", "false", "0", "-", "nein", "non"}
LONGEST = 20_000
REPEATED = 60
LARGEST = 1e15
"""The largest amount of money or whole number: beyond it hundredths are lost."""
SEPARATOR = "; "


def parse(field: Field, text: Any, resolve: Resolve) -> Any:
    """Turn what a person typed into the value of a field.

    Parameters
    ----------
    field : Field
    text : object
        Text as typed or pasted; a value that already has the field's type passes through.
    resolve : callable
        ``(tables, text) -> id`` for references.

    Returns
    -------
    object
        ``str``, ``float``, ``int``, ``bool``, ``datetime.date``, a tuple of ``str``, or None for nothing.

    Raises
    ------
    ValueError
        With a sentence, when the text cannot be taken.
    """
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return None
    if isinstance(text, str):
        text = text.replace("\x00", "").encode("utf-8", "replace").decode().strip()
    if text in ("", ()):
        return None
    found = _PARSERS[field.kind](field, text, resolve)
    return None if found == () else found


def _text(field: Field, text: Any, _resolve: Resolve) -> str:
    words = str(text)
    if field.kind is Kind.TEXT:
        words = " ".join(words.split())
    if len(words) > LONGEST:
        kept = f"Up to {LONGEST:,} are kept. Shorten it, or keep it as a document of its own."
        message = f"this text has {len(words):,} characters. {kept}"
        raise ValueError(message)
    return words


def _date(_field: Field, text: Any, _resolve: Resolve) -> dt.date:
    if isinstance(text, dt.datetime):
        return text.date()
    if isinstance(text, dt.date):
        return text
    written = str(text)
    parts = _date_parts(written)
    if parts is None:
        message = f"{brief(written)} is not a date. Write year-month-day, for example 2026-02-28."
        raise ValueError(message)
    try:
        found = dt.date(*parts)
    except ValueError:
        message = f"{written} is not a date in the calendar. Write year-month-day, for example 2026-02-28."
        raise ValueError(message) from None
    if not 1900 <= found.year <= 2200:  # noqa: PLR2004 - the years a plan may speak of, said in the sentence below
        message = f"{written} lies outside the years 1900 to 2200. Write the year with four digits."
        raise ValueError(message)
    return found


def _date_parts(written: str) -> tuple[int, int, int] | None:
    """Read ISO, day.month.year, 28 February 2026, Feb 28 2026 and slashes where only one reading is possible."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?", written):
        return int(found[1]), int(found[2]), int(found[3])
    if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", written):
        return int(found[3]), int(found[2]), int(found[1])
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", written):
        one, two, year = int(found[1]), int(found[2]), int(found[3])
        month_first, day_first = one <= 12, two <= 12  # noqa: PLR2004 - months of the year
        if month_first != day_first or one == two:
            return (year, one, two) if month_first else (year, two, one)
        return None
    words = re.fullmatch(r"(?:(\d{1,2})\.?\s+([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.?\s+(\d{1,2}),?)\s+(\d{4})", written)
    if words:
        month = MONTHS.get((words[2] or words[3])[:3].lower())
        return (int(words[5]), month, int(words[1] or words[4])) if month else None
    return None


def _number(field: Field, text: Any, _resolve: Resolve) -> float:
    try:
        number = float(text) if isinstance(text, (int, float)) else _number_of(str(text))
    except OverflowError:
        number = math.inf
    if not abs(number) <= (LARGEST if field.kind in (Kind.MONEY, Kind.WHOLE) else sys.float_info.max):
        message = f"{brief(text)} is not a number that can be kept. Write digits, for example 1250.50."
        raise ValueError(message)
    if field.kind is Kind.MONEY:
        number = round(number, 2)
    low, high = field.least, field.most
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"from {low:g}" if high is None else f"up to {high:g}" if low is None else f"from {low:g} to {high:g}"
        message = f"{brief(text)} is out of range. Allowed are values {bounds}."
        raise ValueError(message)
    return number


def _number_of(written: str) -> float:
    """Read 1250.50, 1,250.50, 1 250,50, 1.250.000, € 12, 80 %, (12) for minus twelve."""
    bare = re.sub(r"[\s\u00a0\u202f'_%€$£¥]|\b[A-Z]{3}\b", "", written).replace("\u2212", "-")
    if found := re.fullmatch(r"\((.+)\)", bare):
        bare = "-" + found[1]
    comma, dot = bare.rfind(","), bare.rfind(".")
    thousands = re.fullmatch(r"[-+]?\d{1,3}([.,]\d{3})+", bare)
    if comma >= 0 and dot >= 0:
        bare = bare.replace("," if dot > comma else ".", "").replace(",", ".")
    elif comma >= 0:
        bare = bare.replace(",", "") if thousands else bare.replace(",", ".")
    elif bare.count(".") > 1 and thousands:
        bare = bare.replace(".", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", bare):
        message = f"{brief(written)} is not a number. Write digits, for example 1250.50."
        raise ValueError(message)
    return float(bare)


def _whole(field: Field, text: Any, resolve: Resolve) -> int:
    number = _number(field, text, resolve)
    if number != int(number):
        message = f"{brief(text)} is not a whole number. Write digits without a fraction, for example 3."
        raise ValueError(message)
    return int(number)


def _flag(_field: Field, text: Any, _resolve: Resolve) -> bool:
    if isinstance(text, bool):
        return text
    word = str(text).casefold()
    if word in TRUE or word in FALSE:
        return word in TRUE
    message = f"{brief(text)} is neither yes nor no. Write yes or no."
    raise ValueError(message)


def _choice(field: Field, text: Any, _resolve: Resolve) -> str:
    wanted = str(text).casefold().replace("_", " ").strip()
    for choice in field.choices:
        if wanted in (choice.casefold().replace("_", " "), field.choice_label(choice).casefold()):
            return choice
    allowed = ", ".join(field.choice_label(choice) for choice in field.choices)
    message = f"“{brief(text)}” is not one of the choices. Allowed are: {allowed}."
    raise ValueError(message)


def _reference(field: Field, text: Any, resolve: Resolve) -> str:
    return resolve(field.to, str(text))


def _references(field: Field, text: Any, resolve: Resolve) -> tuple[str, ...]:
    found = [resolve(field.to, one) for one in _separated(text)]
    return tuple(dict.fromkeys(found))


def _texts(_field: Field, text: Any, _resolve: Resolve) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_separated(text)))


def brief(text: Any) -> str:
    """Return a text as a sentence can repeat it: sixty characters at most."""
    words = str(text)
    return words if len(words) <= REPEATED else words[: REPEATED - 1] + "…"


def _separated(text: Any) -> list[str]:
    parts = re.split(r"[;\n]", text) if isinstance(text, str) else [p for one in text for p in str(one).split(";")]
    return [" ".join(part.split()) for part in parts if part.strip()]


_PARSERS: dict[Kind, Callable[[Field, Any, Resolve], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.REF: _reference,
    Kind.ANY_REF: _reference,
    Kind.REFS: _references,
    Kind.TEXTS: _texts,
}


def shown(field: Field, value: Any, label: Callable[[str], str]) -> str:  # noqa: PLR0911 - one line a kind
    """Return the text a person reads for a value: names for references, words for choices, dates in ISO form.

    Parameters
    ----------
    field : Field
    value : object
        As :func:`parse` returns it.
    label : callable
        ``id -> name`` of a row.
    """
    if value is None or value == ():
        return ""
    if field.kind is Kind.FLAG:
        return "yes" if value else "no"
    if field.kind is Kind.CHOICE:
        return field.choice_label(value)
    if field.kind in (Kind.REF, Kind.ANY_REF):
        return label(value)
    if field.kind is Kind.REFS:
        return SEPARATOR.join(label(one) for one in value)
    if field.kind is Kind.TEXTS:
        return SEPARATOR.join(value)
    if field.kind in (Kind.NUMBER, Kind.MONEY):
        return amount(value)
    return str(value)  # whole numbers are years, ranks and counts: 2027, not 2,027


def amount(value: float) -> str:
    """Return a number with thousands separated by commas and no more than four decimals."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def to_json(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_json(field: Field, value: Any) -> Any:
    """Return the value a JSON text held."""
    if value is None:
        return None
    if field.kind is Kind.DATE:
        return dt.date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
