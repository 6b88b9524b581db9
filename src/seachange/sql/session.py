"""What a script makes of its session: which of its statements are one transaction, and which settings are in force.

Told from the statements alone: what a function does, or a setting of the role or the database, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from google.protobuf.message import Message
from msgspec import Struct
from msgspec.structs import replace

from seachange.sql.migration import Migration
from seachange.sql.nodes import (
    TRANS_STMT_BEGIN,
    TRANS_STMT_COMMIT,
    TRANS_STMT_PREPARE,
    TRANS_STMT_ROLLBACK,
    TRANS_STMT_START,
    VAR_RESET,
    VAR_RESET_ALL,
    VAR_SET_DEFAULT,
    VAR_SET_VALUE,
    SelectStmt,
    TransactionStmt,
    VariableSetStmt,
)
from seachange.sql.tree import inner

_BEGIN = frozenset({TRANS_STMT_BEGIN, TRANS_STMT_START})
_END = frozenset({TRANS_STMT_COMMIT, TRANS_STMT_ROLLBACK, TRANS_STMT_PREPARE})
_UNDO = frozenset({TRANS_STMT_ROLLBACK})
_TAKEN_BACK = frozenset({VAR_SET_DEFAULT, VAR_RESET})
ALONE = range(0)
_UNITS = {"us": 0.001, "ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}

Settings = Mapping[str, str]


class Moment(Struct, frozen=True):
    """The session as one statement meets it.

    `transaction` are the numbers of the statements of its transaction, itself among them; none where it is sent on its
    own.  `settings` are what the script set before.
    """

    transaction: range = ALONE
    settings: Settings = {}


class _Open(Struct, frozen=True):
    """A session on its way: `first` is the number of the first statement of the transaction that is open; `settings`
    are in force now, `kept` will be when the transaction ends, `before` if it is rolled back.
    """

    first: int | None
    settings: Settings = {}
    kept: Settings = {}
    before: Settings = {}


def moments(script: Migration) -> tuple[Moment, ...]:
    """One for each statement of the script that is run."""
    known: tuple[Moment, ...] | None = script.__dict__.get("moments")
    if known is None:
        known = script.__dict__["moments"] = tuple(_moments(script))
    return known


def _moments(script: Migration) -> list[Moment]:
    found: list[Moment] = []
    begun: list[int | None] = []
    now = _Open(0 if script.wrapped else None)
    for at, written in enumerate(script.up):
        node = written.node
        if now.first is None and isinstance(node, TransactionStmt) and node.kind in _BEGIN:
            now = replace(now, first=at, before=now.settings)
        begun.append(now.first)
        found.append(Moment(settings=now.settings))
        now = _after(node, at, now)
    ends = {first: at for at, first in enumerate(begun) if first is not None}
    spans = (range(first, ends[first] + 1) if first is not None else ALONE for first in begun)
    return [replace(moment, transaction=span) for moment, span in zip(found, spans, strict=True)]


def _after(node: Message | None, at: int, now: _Open) -> _Open:
    match node:
        case TransactionStmt() if node.kind in _END:
            settings = now.before if node.kind in _UNDO and now.first is not None else now.kept
            return _Open(at + 1 if node.chain else None, settings, settings, settings)
        case VariableSetStmt():
            return _set(node, now)
        case SelectStmt():
            for name, value, local in _configured(node):
                now = _with(now, name, value, local=local)
    return now


def _set(node: VariableSetStmt, now: _Open) -> _Open:
    if node.kind == VAR_RESET_ALL:
        return replace(now, settings={}, kept={})
    if node.kind == VAR_SET_VALUE:
        return _with(now, node.name, ", ".join(map(_value, node.args)), local=node.is_local)
    return _with(now, node.name, None, local=node.is_local) if node.kind in _TAKEN_BACK else now


def _with(now: _Open, name: str, value: str | None, *, local: bool) -> _Open:
    """SET LOCAL does nothing where there is no transaction."""
    if local and now.first is None:
        return now
    settings = _changed(now.settings, name, value)
    return replace(now, settings=settings, kept=now.kept if local else _changed(now.kept, name, value))


def _changed(settings: Settings, name: str, value: str | None) -> Settings:
    rest = {key: other for key, other in settings.items() if key != name.lower()}
    return rest if value is None else rest | {name.lower(): value}


def _configured(node: SelectStmt) -> Iterator[tuple[str, str, bool]]:
    """What `SELECT set_config(…)` sets."""
    for target in node.target_list:
        call = inner(target.res_target.val)
        if call.DESCRIPTOR.name == "FuncCall" and _calls(call, "set_config") and len(call.args) == 3:
            name, value, local = (inner(each) for each in call.args)
            if all(each.DESCRIPTOR.name == "A_Const" for each in (name, value, local)):
                yield name.sval.sval, value.sval.sval, local.boolval.boolval


def _calls(call: Message, name: str) -> bool:
    return bool(call.funcname[-1].string.sval == name)


def _value(argument: Message) -> str:
    const = inner(argument)
    if const.DESCRIPTOR.name != "A_Const":
        return ""
    field = const.WhichOneof("val")
    match field:
        case "ival":
            return str(const.ival.ival)
        case "fval":
            return str(const.fval.fval)
        case "sval":
            return str(const.sval.sval)
    return ""


def milliseconds(value: str) -> float | None:
    """A duration as settings have it: 500 are milliseconds, '2s' are seconds.  None where it is none."""
    text = value.strip().lower()
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = text[len(number) :].strip() or "ms"
    try:
        return float(number) * _UNITS[unit]
    except (ValueError, KeyError):
        return None
