"""A foreign key needs a unique constraint or index on exactly the columns that it refers to.

Without one PostgreSQL refuses it with 42830, as it does where the unique index has a predicate or an expression.  A
deferrable unique constraint does not count either: 55000.  Where the foreign key names no columns and the table has
no primary key, it is 42704.  A unique index of more columns than those named is not enough.

Add the unique constraint first, built concurrently where the table is in use.  A unique index alone will do.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Index, Table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.foreign_keys import KINDS, ForeignKey, foreign_keys
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import listed, name


def _look(written: Written, around: Around) -> Remarks:
    for key in foreign_keys(written.node, around.world):
        fact = around.world.get(Table(key.target).ref)
        if fact is None and not around.world.known and not key.itself:
            yield from unknown(around, CHECK.name, "whether what foreign keys refer to is unique")
        if isinstance(fact, Table) and (key.targets or not key.itself):
            said = _lacking(key, around.world)
            if said:
                yield _remark(key, said)


def _lacking(key: ForeignKey, world: World) -> str:
    """Why PostgreSQL refuses it; empty where it does not."""
    if not key.targets:
        return f"{spelled(key.target)} has no primary key (42704)"
    columns = {column.names[-1] for column in world.columns(key.target)}
    if not columns or not set(key.targets) <= columns:
        return ""
    held = [one for one in world.constraints(key.target) if set(one.columns) == set(key.targets)]
    unique = [one for one in held if one.type in ("primary key", "unique")]
    if any(not one.deferrable for one in unique):
        return ""
    deferrable = {one.names[-1] for one in unique}
    if any(_serves(index, key) and index.names[-1] not in deferrable for index in world.indexes(key.target)):
        return ""
    what = f"{spelled(key.target)} ({listed(key.targets)})"
    return f"{what} is unique only by a deferrable constraint (55000)" if unique else f"{what} is not unique (42830)"


def _serves(index: Index, key: ForeignKey) -> bool:
    plain = "" not in index.columns and index.predicate is None
    same = len(index.columns) == len(key.targets) and set(index.columns) == set(key.targets)
    return bool(index.unique and index.valid and plain and same)


def _remark(key: ForeignKey, said: str) -> Remark:
    table, label = spelled(key.target), "_".join((key.target[-1], *key.targets, "key"))
    return Remark(
        message=f"A foreign key of {spelled(key.table)} cannot be made: {said}.",
        about=table,
        at=key.node,
        advice="Make it unique first.",
        safe=f"CREATE UNIQUE INDEX CONCURRENTLY {name(label)} ON {table} ({listed(key.targets)});"
        if key.targets
        else "",
    )


CHECK = Check(
    name="fk-no-unique-target",
    code="CM05",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="foreign keys to columns that are not unique",
    kinds=KINDS,
    statement=_look,
)
