"""Row models and the tables drawn from them.

A table is a class whose body reads as its data dictionary::

    class Objectives(Row, prefix="O", noun="objective"):
        '''What shall be true at the end, who answers for it, and by when.'''

        title: Text = field("Objective", needed=True, doc="One sentence: a result, not an activity.")
        owner: Ref = field("Owner", to="people", needed=True, doc="The one person accountable.")
        due: Date = field("Due", needed=True, doc="The day by which it shall be true.")

The class is a pydantic model, so ``Objectives.model_validate(...)`` checks a row; the
:class:`Table` drawn from it (``Objectives.table``) is what forms, grids, the database, imports and
the data dictionary are made of.
"""

import datetime as dt
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import pydantic

ANY = "*"


class Kind(StrEnum):
    """The types a field can have; the screen, the database and the frame follow from it."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    WHOLE = "whole"
    FLAG = "flag"
    CHOICE = "choice"
    REF = "ref"
    ANY_REF = "any_ref"
    REFS = "refs"
    TEXTS = "texts"


Text = Annotated[str | None, Kind.TEXT]
Long = Annotated[str | None, Kind.LONG]
Date = Annotated[dt.date | None, Kind.DATE]
Number = Annotated[float | None, Kind.NUMBER]
Money = Annotated[float | None, Kind.MONEY]
Whole = Annotated[int | None, Kind.WHOLE]
Flag = Annotated[bool | None, Kind.FLAG]
Ref = Annotated[str | None, Kind.REF]
AnyRef = Annotated[str | None, Kind.ANY_REF]
Refs = Annotated[tuple[str, ...] | None, Kind.REFS]
Texts = Annotated[tuple[str, ...] | None, Kind.TEXTS]
# A choice is declared as ``Literal["low", "high"] | None``.


def field(  # noqa: PLR0913 - everything a field can declare
    title: str,
    *,
    doc: str,
    needed: bool = False,
    more: bool = False,
    to: str | tuple[str, ...] = (),
    uom: str = "",
    default: Any = None,
    least: float | None = None,
    most: float | None = None,
    labels: Mapping[str, str] | None = None,
    role: str = "",
    readonly: bool = False,
    frozen_by: str = "",
) -> Any:
    """Declare one field of a row.

    Parameters
    ----------
    title : str
        The words a person sees above the field.
    doc : str
        The help below it: one or two sentences in the trade's words, with an example where it helps.
    needed : bool
        Needed for the step to be *done* (an empty one is a finding), never needed to save.
    more : bool
        Shown on demand only (or once it holds something).
    to : str or tuple of str
        The table (or tables) a reference points to; ``"*"`` for any.
    uom : str
        Unit of measure of a number.
    default : object
        The value of a new row.
    least, most : float
        Bounds of a number, both included.
    labels : mapping of str to str
        Words for choices whose code does not read well.
    role : str
        Marks a field an engine looks for (``"currency"``, ``"as_of"``...).
    readonly : bool
        Written by the program, shown but not typed.
    frozen_by : str
        Another field of the row: once it holds something, this one is no longer typed.
    """
    extra: dict[str, Any] = {
        "title": title,
        "doc": doc,
        "needed": needed,
        "more": more,
        "to": [to] if isinstance(to, str) else list(to),
        "uom": uom,
        "labels": dict(labels or {}),
        "role": role,
        "readonly": readonly,
        "frozen_by": frozen_by,
    }
    return pydantic.Field(default=default, ge=least, le=most, title=title, json_schema_extra=extra)


@dataclass(frozen=True)
class Field:
    """One field of a table, as the engines see it."""

    name: str
    kind: Kind
    title: str
    doc: str
    needed: bool = False
    more: bool = False
    to: tuple[str, ...] = ()
    uom: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    labels: Mapping[str, str] = attribute(default_factory=dict)
    least: float | None = None
    most: float | None = None
    role: str = ""
    readonly: bool = False
    frozen_by: str = ""

    @property
    def is_reference(self) -> bool:
        """Whether the field points to rows."""
        return self.kind in (Kind.REF, Kind.ANY_REF, Kind.REFS)

    def choice_label(self, choice: str) -> str:
        """Return the words shown for a choice."""
        return self.labels.get(choice, choice.replace("_", " "))


@dataclass(frozen=True)
class Table:
    """A declared table: its fields in order and what engines need to know about it.

    ``key`` names a row in imports and merges; ``names`` are the fields a person knows it by: its first text,
    or the key where that begins with a reference ("Visits, 2026-03-31").
    """

    name: str
    title: str
    doc: str
    prefix: str
    key: tuple[str, ...]
    noun: str
    fields: Mapping[str, Field]
    model: type[pydantic.BaseModel]
    names: tuple[str, ...]
    more: bool = False
    single: bool = False
    role: str = ""
    book: str = "plan"

    @property
    def label(self) -> str:
        """The field a person writes first."""
        return self.names[0]

    @property
    def tree(self) -> str | None:
        """The field that names the parent row, if the table is a tree."""
        own = self.fields.get("parent")
        return "parent" if own is not None and own.to == (self.name,) else None

    @property
    def essential(self) -> tuple[str, ...]:
        """Names of the fields shown at first."""
        return tuple(name for name, one in self.fields.items() if not one.more)

    def field_with_role(self, role: str) -> str | None:
        """Return the name of the field that carries a role, or None."""
        return next((name for name, one in self.fields.items() if one.role == role), None)


class Row(pydantic.BaseModel):
    """Base of every row model. Class arguments say what the table is."""

    model_config = pydantic.ConfigDict(extra="forbid")
    table: ClassVar[Table]

    def __init_subclass__(cls, **_: object) -> None:
        """Take the class arguments; the hook below uses them once the fields are known."""

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override] # noqa: PLR0913, D105 - the class arguments of a table
        cls,
        *,
        prefix: str,
        noun: str,
        key: tuple[str, ...] = (),
        more: bool = False,
        single: bool = False,
        role: str = "",
        book: str = "plan",
        **_: Any,
    ) -> None:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        fields = {one: _field_of(one, info) for one, info in cls.model_fields.items()}
        fields["source_id"] = SOURCE_ID
        names = _names(fields, key)
        cls.table = Table(
            name=name,
            title=name.replace("_", " ").capitalize(),
            doc=" ".join((cls.__doc__ or "").split()),
            prefix=prefix,
            key=key or names,
            noun=noun,
            fields=types.MappingProxyType(fields),
            model=cls,
            names=names,
            more=more,
            single=single,
            role=role,
            book=book,
        )


SOURCE_ID = Field(
    "source_id",
    Kind.TEXT,
    "Id in the source",
    "What this row is called in the file or system it came from.",
    more=True,
)


def _names(fields: Mapping[str, Field], key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields a person knows a row by: its first text, or the key where that begins with a reference."""
    texts = [name for name, one in fields.items() if one.kind in (Kind.TEXT, Kind.LONG) and name != "source_id"]
    first = next(iter(fields))
    if first in texts:
        return (first,)
    if fields[first].kind is Kind.CHOICE and set(key) & set(texts):
        return (next(name for name in texts if name in key),)
    return key or tuple(texts[:1]) or (first,)


def _field_of(name: str, info: Any) -> Field:
    """Draw a :class:`Field` from pydantic's description of it."""
    kind, choices = _kind_of(info)
    extra = dict(info.json_schema_extra)
    bounds = {type(one).__name__: one for one in info.metadata}
    return Field(
        name=name,
        kind=kind,
        default=info.default,
        choices=choices,
        least=getattr(bounds.get("Ge"), "ge", None),
        most=getattr(bounds.get("Le"), "le", None),
        to=tuple(extra.pop("to")),
        **extra,
    )


def _kind_of(info: Any) -> tuple[Kind, tuple[str, ...]]:
    kinds = [one for one in info.metadata if isinstance(one, Kind)]
    if kinds:
        return kinds[0], ()
    for part in typing.get_args(info.annotation):
        if typing.get_origin(part) is Literal:
            return Kind.CHOICE, typing.get_args(part)
    message = f"{info.title}: a field is declared with one of the types of planning_kit.spec or a Literal of choices."
    raise TypeError(message)
