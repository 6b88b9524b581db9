"""A column changed to a narrower type keeps less of its values, and the server does not say so.

`numeric` to `integer` rounds, `text::varchar(20)` in USING cuts, a time stamp that loses its time zone is read in
whatever zone the session has, `double precision` to `real` keeps seven digits.  The way back does not bring the rest
back.  Only where a value cannot be converted at all does the server refuse.

Count beforehand how many values would come back otherwise than they went.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.named import commands, definition, known_column, shown, there
from seachange.checks.preflight import written_before
from seachange.checks.typed import type_of, without_length
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AlterColumnType, TypeCast
from seachange.sql.quote import literal, name
from seachange.sql.tree import inner, text

_WHOLE = frozenset({"smallint", "integer", "bigint"})
_BROKEN = frozenset({"numeric", "real", "double precision"})
_TEXT = frozenset({"text", "character varying", "character"})
_WITH_ZONE = "timestamp with time zone"
_WITHOUT_ZONE = "timestamp without time zone"
_LOSSY = frozenset(
    {
        *((broken, whole) for broken in _BROKEN for whole in _WHOLE),
        ("numeric", "real"),
        ("numeric", "double precision"),
        ("bigint", "real"),
        ("bigint", "double precision"),
        ("integer", "real"),
        ("double precision", "real"),
        (_WITH_ZONE, _WITHOUT_ZONE),
        (_WITH_ZONE, "date"),
        (_WITHOUT_ZONE, "date"),
        (_WITHOUT_ZONE, "time without time zone"),
        (_WITH_ZONE, "time without time zone"),
        ("time with time zone", "time without time zone"),
        ("json", "jsonb"),
    }
)
_SHORTENED = frozenset({"numeric", *_TEXT, _WITH_ZONE, _WITHOUT_ZONE, "time without time zone", "interval"})


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, AT_AlterColumnType):
        table = around.world.path(statement.relation)
        if not there(around.world, table):
            continue
        new = type_of(definition(command).type_name, around.world)
        using = definition(command).raw_default if definition(command).HasField("raw_default") else None
        column = around.world.column(table, command.name)
        if column is None:
            if using is not None and _cuts(using):
                yield _remark(table, command.name, new)
        elif _loses(column.type, new, cut=using is not None and _cuts(using)):
            asks = None
            if known_column(around.world, table, command.name) and not written_before(around, table):
                asks = _question(table, command.name, column.type, new, using)
            yield _remark(table, command.name, new, asks)


def _loses(old: str, new: str, *, cut: bool) -> bool:
    """Whether values may be changed silently; what the server refuses is no loss."""
    before, after = without_length(old), without_length(new)
    if (before, after) in _LOSSY:
        return True
    if after in _TEXT:
        return cut
    return before == after and after in _SHORTENED and old != new and "(" in new


def _cuts(using: Any) -> bool:
    """Whether the expression itself casts to a text of limited length, which cuts what is longer."""
    node = inner(using)
    if not isinstance(node, TypeCast):
        return False
    last = node.type_name.names[-1].string.sval
    return last in ("varchar", "bpchar") and bool(node.type_name.typmods)


def _question(table: Path, column: str, old: str, new: str, using: Any) -> Question:
    values = f"({text(using)})" if using is not None else name(column)
    message = f"Values of {spelled((*table, column))} are others as {new}."
    return Question(
        f"select {literal(spelled((*table, column)))}, {literal(message)} where exists (select from {shown(table)}"
        f" where ({values}::{new})::{old} is distinct from {name(column)})"
    )


def _remark(table: Path, column: str, new: str, asks: Question | None = None) -> Remark:
    about = spelled((*table, column))
    return Remark(
        message=f"Values of {about} may be cut or rounded to fit into {new}, and nobody is told.",
        about=about,
        advice="Count the values that would change, and decide what becomes of them, before the type is changed.",
        safe=f"SELECT count(*) FROM {spelled(table)} WHERE {name(column)}::{new} IS DISTINCT FROM {name(column)};",
        asks=asks,
    )


CHECK = Check(
    name="narrowing-cast",
    code="DL07",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.DATA}),
    summary="types that keep less of the values",
    kinds=("AT_AlterColumnType",),
    statement=_look,
)
