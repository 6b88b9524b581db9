"""Expressions as the server writes them out: which settings they read and how, what they compare, what they call.

Nothing here knows what is good or bad; the checks on row security do.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from google.protobuf.message import Message
from msgspec import Struct

from seachange.sql.nodes import AEXPR_NULLIF, AEXPR_OP, EXISTS_SUBLINK, OR_EXPR, A_Const, A_Expr, BoolExpr
from seachange.sql.tree import expression, inner, kind

_MESSAGE = 11
"""What protobuf calls a field that holds a message."""
TEXTS = frozenset({"text", "varchar", "bpchar", "char", "name", "bytea", "citext", "tsvector"})
"""Types that take an empty string."""
PASSING = frozenset({"SubLink", "SelectStmt", "ResTarget", "CoalesceExpr", "CollateClause"})
"""What gives on what it was given, as far as an empty string goes."""


class Reading(Struct, frozen=True):
    """A call of current_setting.

    `lenient`: it gives null where nobody has set the setting.  `cast` is the type that its text is converted to right
    away, `guarded`: only where it is not empty.  `once`: it is called once for a query, not for each row.
    """

    setting: str
    lenient: bool = False
    cast: str = ""
    guarded: bool = False
    once: bool = False


class Call(Struct, frozen=True):
    """A call of a function, by the names that the expression has for it.  `plain`: no column is among its arguments."""

    names: tuple[str, ...]
    once: bool = False
    plain: bool = False


class Equality(Struct, frozen=True):
    """A column held against a value that comes from a setting or from a function without columns.

    `source` is the setting's name, or the function's followed by parentheses.
    """

    column: str
    source: str
    cast: str = ""


class Expression(Struct, frozen=True):
    """What an expression says.  `relations` are those that its sub-selects read, as it names them.

    `doors` are settings that make all of it true, whatever the row.
    """

    readings: tuple[Reading, ...] = ()
    calls: tuple[Call, ...] = ()
    equalities: tuple[Equality, ...] = ()
    relations: frozenset[tuple[str, ...]] = frozenset()
    subselects: bool = False
    doors: frozenset[str] = frozenset()
    true: bool = False


def parsed(text: str | None) -> Message | None:
    """An expression as a node; None where there is none, or none that the grammar knows."""
    return None if text is None else expression(text)


@lru_cache(maxsize=8192)
def read(text: str | None) -> Expression:
    """What an expression says; nothing, where there is none."""
    node = parsed(text)
    return described(node) if node is not None else Expression()


def described(node: Message) -> Expression:
    """What an expression or a whole query says."""
    found = tuple(climbed(node))
    own = cte_names(found)
    return Expression(
        readings=tuple(_reading(one, above) for one, above in found if is_reading(one)),
        calls=tuple(called(one, above) for one, above in found if kind(one) == "FuncCall" and not is_reading(one)),
        equalities=tuple(_equalities(found)),
        relations=frozenset(_path(one) for one, _ in found if kind(one) == "RangeVar") - own,
        subselects=any(kind(one) == "SubLink" for one, _ in found),
        doors=frozenset(_doors(node)),
        true=constant(node) is True,
    )


def _doors(node: Message) -> Iterator[str]:
    if isinstance(node, BoolExpr) and node.boolop == OR_EXPR:
        for argument in node.args:
            yield from _doors(inner(argument))
        return
    nodes = [one for one, _ in climbed(node)]
    if not any(kind(one) in {"ColumnRef", "RangeVar"} for one in nodes):
        yield from (setting(one) for one in nodes if is_reading(one))


Above = tuple[Message, ...]


def climbed(node: Message, above: Above = ()) -> Iterator[tuple[Message, Above]]:
    """Every node with those above it, the outermost first."""
    if node.DESCRIPTOR.name != "Node":
        yield node, above
        above = (*above, node)
    for field, value in node.ListFields():
        if field.type == _MESSAGE:
            for each in [value] if isinstance(value, Message) else value:
                yield from climbed(each, above)


def cte_names(found: tuple[tuple[Message, Above], ...]) -> frozenset[tuple[str, ...]]:
    """The names of WITH queries, which are no relations."""
    return frozenset((str(one.ctename),) for one, _ in found if kind(one) == "CommonTableExpr")


def is_reading(node: Message) -> bool:
    """Whether it is a call of current_setting with a setting's name."""
    return kind(node) == "FuncCall" and names(node)[-1:] == ("current_setting",) and bool(setting(node))


def setting(call: Message) -> str:
    """The name that current_setting is called with; empty where it is no constant."""
    arguments = getattr(call, "args", ())
    value = constant(inner(arguments[0])) if arguments else None
    return value.lower() if isinstance(value, str) else ""


def names(call: Message) -> tuple[str, ...]:
    """The names of the function that is called, without pg_catalog."""
    found = tuple(str(part.string.sval) for part in getattr(call, "funcname", ()))
    return found[1:] if found[:1] == ("pg_catalog",) else found


def constant(node: Message) -> str | bool | None:
    """The text or truth value of a constant, with or without a cast."""
    while kind(node) == "TypeCast":
        node = inner(node.arg)
    if not isinstance(node, A_Const):
        return None
    if node.HasField("sval"):
        return str(node.sval.sval)
    return bool(node.boolval.boolval) if node.HasField("boolval") else None


def _reading(call: Message, above: Above) -> Reading:
    arguments = call.args
    cast, guarded = cast_above(above)
    return Reading(
        setting(call),
        lenient=len(arguments) > 1 and constant(inner(arguments[1])) is not False,
        cast=cast,
        guarded=guarded,
        once=is_once(above),
    )


def cast_above(above: Above) -> tuple[str, bool]:
    """The type that what is below becomes, if that is done right away, and whether an empty text is kept from it."""
    guarded = any(kind(one) == "CaseExpr" for one in above)
    for one in reversed(above):
        match kind(one):
            case "TypeCast":
                type_ = str(one.type_name.names[-1].string.sval)
                array = "[]" if one.type_name.array_bounds else ""
                if type_ not in TEXTS or array:
                    return f"{type_}{array}", guarded
            case "A_Expr" if _is_nullif(one):
                guarded = True
            case passing if passing not in PASSING:
                return "", guarded
    return "", guarded


def _is_nullif(node: Message) -> bool:
    return isinstance(node, A_Expr) and node.kind == AEXPR_NULLIF and constant(inner(node.rexpr)) == ""


def is_once(above: Above) -> bool:
    """Whether it stands in a sub-select that reads nothing: that is answered once."""
    return any(
        kind(one) == "SelectStmt" and not one.from_clause for one in above if kind(one) == "SelectStmt"
    ) or _within_list(above)


def _within_list(above: Above) -> bool:
    """Whether it stands in a sub-select that is answered once as a whole: one whose values are compared."""
    links = [one for one in above if kind(one) == "SubLink"]
    return bool(links) and all(one.sub_link_type != EXISTS_SUBLINK for one in links)


def called(call: Message, above: Above) -> Call:
    return Call(names(call), once=is_once(above), plain=not _has_columns(call))


def _has_columns(node: Message) -> bool:
    return any(kind(one) == "ColumnRef" for one, _ in climbed(node))


def _path(relation: Message) -> tuple[str, ...]:
    return tuple(filter(None, (str(relation.schemaname), str(relation.relname))))


def _equalities(found: tuple[tuple[Message, Above], ...]) -> Iterator[Equality]:
    for one, above in found:
        if isinstance(one, A_Expr) and one.kind == AEXPR_OP and one.name[-1].string.sval == "=":
            if any(kind(outer) == "SubLink" for outer in above):
                continue
            sides = inner(one.lexpr), inner(one.rexpr)
            for side, other in (sides, sides[::-1]):
                if (column := _column(side)) and not _has_columns(other):
                    yield from (Equality(column, source, cast) for source, cast in _sources(other))


def _column(node: Message) -> str:
    """The column that a side of a comparison is, under whatever cast."""
    while kind(node) == "TypeCast":
        node = inner(node.arg)
    fields = [inner(field) for field in getattr(node, "fields", ())] if kind(node) == "ColumnRef" else []
    return str(fields[-1].sval) if fields and kind(fields[-1]) == "String" else ""


def _sources(value: Message) -> Iterator[tuple[str, str]]:
    """The settings and functions that a value comes from, each with the type that it is converted to."""
    for one, above in climbed(value):
        if is_reading(one):
            yield setting(one), cast_above(above)[0]
        elif kind(one) == "FuncCall" and (called := names(one)) and not getattr(one, "args", ()):
            yield f"{'.'.join(called)}()", ""
