"""A foreign key can refer to a table only, not to a view, a materialized view or a foreign table.

PostgreSQL refuses it with 42809.  Where a table was replaced by a view of the same name - after a rename, a split, or
to hide columns - a script that was written before meets the view.

Refer to the table below the view, if its key is the one that the view shows.  Where there is none, a trigger can look
for the row, but it does not keep it from being deleted.
"""

from __future__ import annotations

from seachange.catalog.facts.fact import kind_of
from seachange.catalog.facts.relations import Table, View
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.foreign_keys import KINDS, foreign_keys
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    for key in foreign_keys(written.node, around.world):
        fact = around.world.at(key.target)
        if fact is None and not around.world.known and not key.itself:
            yield from unknown(around, CHECK.name, "whether foreign keys refer to tables")
        if fact is not None and not isinstance(fact, Table):
            kind = kind_of(type(fact))
            bases = tables_below(fact.ref, around.world)
            yield Remark(
                message=f"{spelled(key.target)}, which a foreign key of {spelled(key.table)} refers to, is a {kind} "
                "(42809).",
                about=spelled(key.target),
                at=key.node,
                advice=f"Refer to {' or '.join(map(spelled, bases))}, which is below it."
                if bases
                else "Refer to a table, or leave the foreign key out.",
            )


def tables_below(ref: Ref, world: World) -> tuple[tuple[str, ...], ...]:
    """The tables that a view reads, directly or through other views."""
    found: dict[tuple[str, ...], None] = {}
    waiting = [ref] if world.catalog else []
    seen = set(waiting)
    while waiting:
        for used in sorted(world.catalog.uses(waiting.pop(0))) if world.catalog else ():
            names = used.names[:-1] if used.kind.endswith(" column") else used.names
            fact = world.at(names)
            if isinstance(fact, Table):
                found[names] = None
            elif isinstance(fact, View) and fact.ref not in seen:
                seen.add(fact.ref)
                waiting.append(fact.ref)
    return tuple(found)


CHECK = Check(
    name="fk-to-non-table",
    code="CM04",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="foreign keys to what is no table",
    kinds=KINDS,
    statement=_look,
)
