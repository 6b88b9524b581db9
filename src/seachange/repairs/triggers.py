"""A trigger that the script makes once for each event: the last one would be all that is left."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.repair import Question, Repair
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import CreateTrigStmt
from seachange.sql.parse import tokens
from seachange.sql.quote import name


def foreseen(case: Case) -> Iterator[Question]:
    """CREATE OR REPLACE TRIGGER takes the place of one that the script itself has made for another event."""
    node = case.node
    if not isinstance(node, CreateTrigStmt) or not node.replace:
        return
    events = _events(case.text)
    for line in case.lines[: case.number]:
        earlier = line.node
        if line.text and isinstance(earlier, CreateTrigStmt) and _same(earlier, node):
            events = (*_events(line.text), *(one for one in events if one not in _events(line.text)))
    if len(events) == len(_events(case.text)):
        return
    label = name(str(node.trigname))
    repair = Repair(
        name="combine",
        does=f"The script makes the trigger {label} for several events, one by one: it fires for all of them.",
        text=_with_events(case.text, events),
    )
    yield Question(f"trigger-again {label}", f"The trigger {label} would take the place of itself.", (repair,))


def _same(one: CreateTrigStmt, other: CreateTrigStmt) -> bool:
    """But for their events."""
    fields = ("trigname", "timing", "row")
    if any(getattr(one, field) != getattr(other, field) for field in fields):
        return False
    function = [part.string.sval for part in one.funcname] == [part.string.sval for part in other.funcname]
    when = one.HasField("when_clause") == other.HasField("when_clause")
    tables = (one.relation.relname, one.relation.schemaname) == (other.relation.relname, other.relation.schemaname)
    return function and when and tables


def _events(sql: str) -> tuple[str, ...]:
    """INSERT, DELETE, UPDATE OF …, as they are written."""
    start, end = _span(sql)
    text = sql.encode()[start:end].decode()
    found, words = [], text.split()
    for word in words:
        if word.upper() == "OR":
            continue
        if word.upper() in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            found.append(word.upper())
        elif found:
            found[-1] += f" {word}"
    return tuple(found)


def _span(sql: str) -> tuple[int, int]:
    """The bytes of the events: between BEFORE or AFTER and ON."""
    raw, found = sql.encode(), tokens(sql)
    words = [raw[start:end].decode().upper() for start, end in found]
    first = next(
        i for i, word in enumerate(words) if word in ("BEFORE", "AFTER") or words[i - 1 : i + 1] == ["INSTEAD", "OF"]
    )
    last = words.index("ON", first)
    return found[first + 1][0], found[last - 1][1]


def _with_events(sql: str, events: tuple[str, ...]) -> str:
    start, end = _span(sql)
    return edited(sql.encode(), [Edit(start, end, " OR ".join(events))]).decode()
