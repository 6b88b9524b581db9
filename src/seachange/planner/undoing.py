"""The plan back: from the state that a plan leads to, to the state that it was made for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.outside import Extension, LargeObject
from seachange.catalog.facts.relations import Column, Sequence, Table
from seachange.catalog.facts.types import Enum
from seachange.catalog.ref import Ref
from seachange.catalog.scope import QUARANTINE
from seachange.compare import Alter
from seachange.finding import Finding, Severity
from seachange.plan import Plan
from seachange.planner import ONLINE, Renamed, prospect, undo
from seachange.planner.settling import Changes
from seachange.rules.quarantine import Waiting, waiting_name
from seachange.rules.rule import Context, Restores, Size, Wishes
from seachange.sql.quote import path

CHECK = "does-not-come-back"


class Conditions(msgspec.Struct, frozen=True):
    """Under which the plan was made, and its undo is: what was renamed, on the way there and on the way back."""

    forth: Renamed | None = None
    back: Renamed | None = None
    sizes: Mapping[Path, Size] = {}


NO_CONDITIONS = Conditions()


def take_back(
    forth: Plan,
    current: Catalog,
    desired: Catalog,
    wishes: Wishes = ONLINE,
    under: Conditions = NO_CONDITIONS,
) -> Plan:
    """What takes back the plan `forth`, which turned `current` into `desired`.

    What waits in the quarantine comes back with its rows; what cannot come back is among the findings.  The label in
    `wishes` must be another than that of the plan: what the plan made goes to the quarantine in its turn.
    """
    asked = Wishes(online=forth.online, quarantine=forth.quarantine)
    ahead = prospect(current, desired, asked, {}, under.forth)
    waiting = Waiting(ahead.around)
    restores = _restores(waiting, current, _before(under.forth))
    back = undo(current, desired, msgspec.structs.replace(wishes, restores=restores), under.sizes, under.back)
    settled = ahead.settled
    found = (*_lost(settled, waiting), *_converted(settled), *_written_since(settled, ahead.around, back))
    return msgspec.structs.replace(back, findings=(*back.findings, *found, *_renamed(waiting, restores, current)))


def _restores(waiting: Waiting, current: Catalog, was: Mapping[Ref, Ref]) -> Restores:
    """Columns come back also where the plan has renamed their table before; nothing else does under another name."""
    keys = {_was(ref, was): waiting.key(ref.names[:-1]) for ref in waiting.columns}
    keys = {ref: key for ref, key in keys.items() if all(_column(ref, each) in current for each in key)}
    return Restores(
        label=waiting.label,
        moved=frozenset(ref for ref in waiting.moved if ref in current),
        as_text=waiting.as_text - waiting.plain,
        plain=waiting.plain,
        copied={ref: key for ref, key in keys.items() if key and ref in current},
        names={old: ref.names for ref in waiting.columns if (old := _was(ref, was)) != ref},
    )


def _before(forth: Renamed | None) -> Mapping[Ref, Ref]:
    """What was renamed, by its new address."""
    pairs = ((step.takes, step.makes) for step in forth.steps) if forth else ()
    return {new: old for taken, made in pairs for old in taken for new in made}


def _was(ref: Ref, was: Mapping[Ref, Ref]) -> Ref:
    """The address that a column had before it, or its table, was renamed."""
    ref = was.get(ref, ref)
    table = was.get(Ref("table", ref.names[:-1]))
    return Ref(ref.kind, (*table.names, ref.names[-1]), ref.args) if table else ref


def _column(column: Ref, other: str) -> Ref:
    """Another column of the same table."""
    return Ref(column.kind, (*column.names[:-1], other))


def _renamed(waiting: Waiting, restores: Restores, current: Catalog) -> Iterator[Finding]:
    back = {names for ref, names in restores.names.items() if ref in restores.copied}
    for ref in sorted(waiting.columns | waiting.tables | waiting.sequences):
        if ref not in current and ref.names not in back:
            place = path(waiting_name(ref.names, waiting.label))
            yield _finding(ref, "it was renamed before it was put away, and comes back empty", f"It is in {place}.")


def _lost(settled: Changes, waiting: Waiting) -> Iterator[Finding]:
    """Rows, values and positions that the plan dropped for good, or that nothing tells the place of."""
    for ref in sorted(settled.goes):
        if ref in waiting.moved:
            continue
        match waiting.around.current.facts[ref]:
            case Table() if ref not in settled.comes:
                yield _finding(ref, "the table comes back without its rows: the plan dropped them")
            case Column(generated=None) as column if waiting.around.stays(Ref("table", ref.names[:-1])):
                yield from _lost_values(column, settled, waiting)
            case Sequence() if ref not in settled.comes:
                yield _finding(ref, "the sequence does not come back where it stood: it starts anew")
            case LargeObject() if ref not in settled.comes:
                yield _finding(ref, "the large object comes back empty: the plan dropped its content")


def _lost_values(column: Column, settled: Changes, waiting: Waiting) -> Iterator[Finding]:
    if column.ref.kind != "table column":
        return
    place = path(waiting_name(column.names, waiting.label))
    if column.ref not in waiting.columns:
        yield _finding(column.ref, "the column comes back without its values: the plan dropped them")
    elif not waiting.key(column.names[:-1]):
        message = (
            "the column comes back without its values: its table has no primary key, before and after, to tell rows by"
        )
        yield _finding(column.ref, message, f"The values are in {place}, beside all that was in their rows.")
    elif column.ref in settled.comes:
        yield _finding(column.ref, "the values from before the plan are not put back", f"They are in {place}.")
    else:
        message = "rows that came after the plan have no value in this column but its default"
        yield _finding(column.ref, message, severity=Severity.NOTE)


def _converted(settled: Changes) -> Iterator[Finding]:
    """Values that were converted are converted back, which need not give what they were."""
    for alter in settled.alters.values():
        match alter:
            case Alter(old=Column(generated=None) as old, new=Column() as new) if old.type != new.type:
                message = f"values are converted back from {new.type} to {old.type}, which need not give what they were"
                yield _finding(alter.ref, message)
            case Alter(old=Extension() as extension) if "version" in alter.fields:
                yield _finding(alter.ref, f"the extension goes back to {extension.version} only where it has a script")


def _written_since(settled: Changes, around: Context, back: Plan) -> Iterator[Finding]:
    """What people write between the plan and its undo into what the plan made."""
    where = f"it goes to {QUARANTINE}" if back.quarantine else "it is lost"
    for ref in sorted(settled.comes - settled.goes):
        fact = around.desired.facts[ref]
        if isinstance(fact, Table):
            message = f"what was written into the table since the plan made it does not stay: {where}"
            yield _finding(ref, message, severity=Severity.NOTE)
        elif isinstance(fact, Column) and not fact.generated and around.stays(Ref("table", ref.names[:-1])):
            message = f"what was written into the column since the plan made it does not stay: {where}"
            yield _finding(ref, message, severity=Severity.NOTE)
    for ref in sorted(settled.goes & settled.comes):
        old, new = around.current.facts[ref], around.desired.facts[ref]
        if isinstance(old, Enum) and isinstance(new, Enum) and (gone := set(old.labels) - set(new.labels)):
            yield _finding(ref, f"values that were {', '.join(sorted(gone))} are what the plan made of them")


def _finding(ref: Ref, message: str, advice: str = "", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(check=CHECK, severity=severity, about=str(ref), message=message, advice=advice)
