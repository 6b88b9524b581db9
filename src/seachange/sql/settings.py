"""The settings that are in force at each statement of a migration, as far as the migration itself makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from google.protobuf.message import Message

from seachange.sql import blocks, tree
from seachange.sql.nodes import (
    DISCARD_ALL,
    VAR_RESET,
    VAR_RESET_ALL,
    VAR_SET_DEFAULT,
    VAR_SET_VALUE,
    A_Const,
    DiscardStmt,
    FuncCall,
    TypeCast,
    VariableSetStmt,
)
from seachange.sql.quote import name as quoted
from seachange.sql.written import Written

Settings = Mapping[str, str]
_LISTS = frozenset({"search_path", "temp_tablespaces"})
"""Settings that are lists of names."""
_SETTING = frozenset({"SET", "RESET", "DISCARD"})


def in_force(statements: Sequence[Written], *, wrapped: bool) -> Iterator[Settings]:
    """Before each statement: names in lower case, with their values as constants.

    What a transaction sets is gone where it is rolled back; what SET LOCAL sets is gone at its end in any case.
    """
    session: dict[str, str] = {}
    kept, local, inside = dict(session), dict[str, str](), wrapped
    for one in statements:
        yield {**session, **local} if local else session
        if blocks.opens(one) and not inside:
            kept, inside = dict(session), True
        elif inside and blocks.closes(one):
            session = kept if blocks.undoes(one) else session
            kept, local, inside = dict(session), {}, blocks.goes_on(one)
        elif one.words[:1] == ("SELECT",) or not _SETTING.isdisjoint(one.words[:1]):
            session, local = _after(one, session, local, inside)


def _after(one: Written, session: Settings, local: Settings, inside: bool) -> tuple[dict[str, str], dict[str, str]]:
    session, local = dict(session), dict(local)
    for name, value, is_local in _changes(one):
        if name is None:
            session, local = {}, {}
        elif not is_local:
            local.pop(name, None)
            _put(session, name, value)
        elif inside:
            _put(local, name, value)
    return session, local


def _put(settings: dict[str, str], name: str, value: str | None) -> None:
    settings.pop(name, None)
    if value is not None:
        settings[name] = value


def _changes(one: Written) -> Iterator[tuple[str | None, str | None, bool]]:
    """Name, value and whether it holds for the transaction only; no name for all settings, no value for the default."""
    if one.words[0] == "SELECT" and "set_config" not in one.sql.lower():
        return
    match one.node:
        case VariableSetStmt() as said if said.kind == VAR_RESET_ALL:
            yield None, None, False
        case VariableSetStmt() as said if said.kind in (VAR_RESET, VAR_SET_DEFAULT):
            yield said.name.lower(), None, said.is_local
        case VariableSetStmt() as said if said.kind == VAR_SET_VALUE:
            found = (_constant(tree.inner(argument)) for argument in said.args)
            values = [value for value in found if value is not None]
            if said.name.lower() in _LISTS:
                values = [quoted(value) for value in values]
            yield said.name.lower(), ", ".join(values), said.is_local
        case DiscardStmt() as said if said.target == DISCARD_ALL:
            yield None, None, False
        case None:
            return
        case other:
            yield from _configured(other)


def _configured(node: Message) -> Iterator[tuple[str, str, bool]]:
    """What set_config sets to constants."""
    for call in tree.walk(node):
        if isinstance(call, FuncCall) and call.funcname[-1].string.sval == "set_config" and len(call.args) == 3:
            name, value, local = (_constant(tree.inner(argument)) for argument in call.args)
            if name is not None and value is not None:
                yield name.lower(), value, local in ("true", "t", "on", "1")


def _constant(node: Message) -> str | None:
    """A constant as text; None for anything else."""
    if isinstance(node, TypeCast):
        return _constant(tree.inner(node.arg))
    if not isinstance(node, A_Const):
        return None
    match node.WhichOneof("val"):
        case "sval":
            return str(node.sval.sval)
        case "ival":
            return str(node.ival.ival)
        case "fval":
            return str(node.fval.fval)
        case "boolval":
            return "true" if node.boolval.boolval else "false"
    return None
