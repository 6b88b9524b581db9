"""Triggers probed: whether each fires at each of its events, and whether times of change move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableColumn
from seachange.catalog.facts.relations import Trigger as Wanted
from seachange.catalog.facts.routines import Function
from seachange.catalog.ref import Ref
from seachange.postgres.firing import Fired, Trigger, fired, truncated
from seachange.postgres.supply import FIRE, UNFIRED, Row, delete, insert, update
from seachange.postgres.synthesis import NULL, Value
from seachange.postgres.values import constants
from seachange.sql import parse
from seachange.sql.quote import literal, path, unquoted
from seachange.verify.refusals import NO_ROW, Bench
from seachange.verify.verification import Aspect, Outcome, Probe

TRIES = 40
GONE = "it is not there"
OFF = "it is disabled"
SILENT = "it did not fire"
UNMET = "no row was found that meets its condition"
KEPT_OUT = "another trigger keeps the row out"
BEYOND = "a trigger of its table does what cannot be taken back"
TRUNCATES = "TRUNCATE takes the table from all others, and is tried on a copy only"
LONG_AGO = "2001-02-03"
CLOCKS = frozenset(
    [
        *("now", "current_timestamp", "clock_timestamp", "statement_timestamp", "transaction_timestamp"),
        *("localtimestamp", "current_date", "timezone"),
    ]
)
"""What tells the time in a body."""


def examined(bench: Bench, table: Path, there: Mapping[Path, Trigger], *, execute: bool) -> Iterator[Probe]:
    """All triggers of a table whose row was found.  Its row stays until the transaction ends."""
    wanted = [one for one in bench.catalog.parts(table, Wanted) if one.names[:-1] == table]
    if not wanted:
        return
    if table in bench.supply.quiet:
        yield from (Probe(one.ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, said=BEYOND) for one in wanted)
        return
    inserted = {one: _inserted(bench, one, there.get(one.names)) for one in wanted}
    row = bench.supply.put(table, 0 if bench.fired else UNFIRED)
    bench.probing.attempt(FIRE, keep=True)
    touched: dict[Ref, Probe] = {}
    for one in wanted:
        yield from inserted[one]
        if isinstance(row, Row) and (trigger := there.get(one.names)) and one.enabled in FIRING:
            yield from _others(bench, one, trigger, row, execute=execute)
            touched |= {moved.about: moved for moved in _touched(bench, one, trigger, row)}
    yield from touched.values()


FIRING = frozenset({"origin", "always"})


def _inserted(bench: Bench, wanted: Wanted, trigger: Trigger | None) -> list[Probe]:
    """What there is to say before a row is there."""
    if wanted.enabled not in FIRING:
        return [Probe(wanted.ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, said=OFF)]
    if trigger is None:
        return [Probe(wanted.ref, Aspect.TRIGGER_FIRES, Outcome.FAILED, said=GONE)]
    if "INSERT" not in trigger.events:
        return []
    if bench.refused and trigger.raised(bench.refused):
        return [_raised(wanted, "INSERT", Fired(bench.refused), "")]
    if bench.row is None or not bench.fired:
        return [Probe(wanted.ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, "INSERT", said=NO_ROW)]
    return [_tried(bench, wanted, trigger, "INSERT", _inserts(bench, wanted, bench.row))]


def _others(bench: Bench, wanted: Wanted, trigger: Trigger, row: Row, *, execute: bool) -> Iterator[Probe]:
    if "UPDATE" in trigger.events:
        yield _tried(bench, wanted, trigger, "UPDATE", _updates(bench, wanted, trigger, row))
    if "DELETE" in trigger.events:
        yield _tried(bench, wanted, trigger, "DELETE", iter([delete(row)]))
    if "TRUNCATE" in trigger.events and not execute:
        yield Probe(wanted.ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, "TRUNCATE", said=TRUNCATES)
    elif "TRUNCATE" in trigger.events:
        yield _verdict(
            wanted, trigger, "TRUNCATE", truncated(bench.probing, trigger), f"TRUNCATE {path(trigger.table)}"
        )


def _tried(bench: Bench, wanted: Wanted, trigger: Trigger, event: str, statements: Iterator[str]) -> Probe:
    last = Probe(wanted.ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, event, said=UNMET)
    for sql in islice(statements, TRIES):
        probe = _verdict(wanted, trigger, event, fired(bench.probing, sql), sql)
        if probe.outcome is not Outcome.NOT_EXAMINABLE:
            return probe
        last = probe
    return last


def _verdict(wanted: Wanted, trigger: Trigger, event: str, what: Fired, sql: str) -> Probe:
    """What one statement shows."""
    ref, answer = wanted.ref, what.answer
    if trigger.name in what.triggers:
        return Probe(ref, Aspect.TRIGGER_FIRES, Outcome.PASSED, event, sql)
    if trigger.raised(answer):
        return _raised(wanted, event, what, sql)
    if not answer.passed:
        return Probe(ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, event, sql, answer.code, answer.words)
    if trigger.conditional:
        return Probe(ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, event, sql, said=UNMET)
    if trigger.per_row and not what.rows:
        return Probe(ref, Aspect.TRIGGER_FIRES, Outcome.NOT_EXAMINABLE, event, sql, said=KEPT_OUT)
    return Probe(ref, Aspect.TRIGGER_FIRES, Outcome.FAILED, event, sql, said=SILENT)


def _raised(wanted: Wanted, event: str, what: Fired, sql: str) -> Probe:
    """Its function was called and ended in an error: of its own making, or since it is broken."""
    outcome = Outcome.FAILED if what.answer.broken else Outcome.PASSED
    return Probe(wanted.ref, Aspect.TRIGGER_FIRES, outcome, event, sql, what.answer.code, what.answer.words)


def _inserts(bench: Bench, wanted: Wanted, row: Row) -> Iterator[str]:
    yield insert(row)
    told = tuple(map(literal, constants(wanted.definition)))
    for column in _named(wanted, row):
        yield from (insert(row, {column: one}) for one in (*told, *bench.written(column)[:8], NULL))


def _updates(bench: Bench, wanted: Wanted, trigger: Trigger, row: Row) -> Iterator[str]:
    """A column set to itself, then to something else; two at a time where one is not enough."""
    every = [one.name for one in row.table.columns]
    near = list(trigger.columns) or _named(wanted, row) or every
    yield from (update(row, {one: path((one,))}) for one in near[:8])
    told = tuple(map(literal, constants(wanted.definition)))
    for column in dict.fromkeys((*_named(wanted, row), *near)):
        yield from (update(row, {column: one}) for one in (*told, *bench.written(column)[:6], NULL))


def _named(wanted: Wanted, row: Row) -> list[str]:
    """The columns that its condition speaks of."""
    words = parse.mentioned(wanted.definition)
    named = {names[-1] for names in words if len(names) == 1 or names[0] in ("new", "old")}
    return [one.name for one in row.table.columns if one.name in named]


def _touched(bench: Bench, wanted: Wanted, trigger: Trigger, row: Row) -> Iterator[Probe]:
    """Columns in which its function writes the time."""
    function = bench.catalog.get(Ref("function", unquoted(wanted.function)))
    if not trigger.touches or not isinstance(function, Function):
        return
    timed = timed_columns(function.body or "")
    for column in bench.catalog.parts(trigger.table, TableColumn):
        if column.names[-1] in timed and column.type.startswith(("timestamp", "date")):
            yield _moved(bench, wanted, trigger, row, column)


def _moved(bench: Bench, wanted: Wanted, trigger: Trigger, row: Row, column: TableColumn) -> Probe:
    name = column.names[-1]
    others = [one for one in (*trigger.columns, *_named(wanted, row)) if one != name]
    changes: list[dict[str, Value]] = [{}, *({one: each} for one in others for each in bench.written(one)[:4])]
    last = Probe(column.ref, Aspect.IS_TOUCHED, Outcome.NOT_EXAMINABLE, said=UNMET)
    for change in changes:
        sql = update(row, {**change, name: literal(LONG_AGO)}, returning=f"{path((name,))}::text")
        answer = bench.probing.attempt(sql)
        if not answer.rows:
            last = Probe(column.ref, Aspect.IS_TOUCHED, Outcome.NOT_EXAMINABLE, "", sql, answer.code, answer.words)
        elif not str(answer.rows[0][0]).startswith(LONG_AGO):
            return Probe(column.ref, Aspect.IS_TOUCHED, Outcome.PASSED, "", sql)
        elif not trigger.conditional and not trigger.columns:
            last = Probe(column.ref, Aspect.IS_TOUCHED, Outcome.FAILED, "", sql, said="it stays as it was")
    return last


def timed_columns(body: str) -> frozenset[str]:
    """The columns of NEW that a body sets to the time."""
    try:
        words = [word.lower() for word in parse.words(body)]
    except parse.NotScanned:
        return frozenset()
    found = set()
    for at in range(len(words) - 4):
        if words[at] == "new" and words[at + 1] == "." and words[at + 3] in (":=", "="):
            rest = words[at + 4 : at + 12]
            until = rest.index(";") if ";" in rest else len(rest)
            if CLOCKS.intersection(rest[:until]):
                found.add(words[at + 2].strip('"'))
    return frozenset(found)
