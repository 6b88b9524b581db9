"""Partitions that come to a partitioned table and leave it, while others work with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeGuard

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, ForeignTable, Table, TableConstraint, Trigger
from seachange.catalog.ref import Ref
from seachange.rules.bounds import DEFAULT, condition, key_column
from seachange.rules.columns import locked
from seachange.rules.rule import Context, Steps
from seachange.sql.quote import body, literal, name, path, unquoted
from seachange.step import Held, Lock, Risk, Stage, Step, Way


class Proof(NamedTuple):
    """A CHECK that is there for a while, so that PostgreSQL need not read the rows itself."""

    table: Path
    name: str
    expression: str

    def ref(self, *state: str) -> Ref:
        """The address of the constraint, or of what has been reached with it."""
        return Ref("table constraint", (*self.table, self.name), state)

    def found(self, *more: str) -> str:
        """Whether it is there."""
        relation = f"conrelid = pg_catalog.to_regclass({literal(path(self.table))})"
        conditions = " AND ".join((relation, f"conname = {literal(self.name)}", *more))
        return f"EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE {conditions})"


def reparted(old: Table | ForeignTable, new: Table | ForeignTable, around: Context) -> Steps:
    """A partition that only moves is never missed."""
    if old.bound and new.bound:
        moving = frozenset({Ref("index", new.names, ("moving",))})
        before, (attaching, *after) = _attaching(new, around)
        yield from before
        yield msgspec.structs.replace(detached_at_once(old, around), makes=moving)
        yield msgspec.structs.replace(attaching, takes=moving)
        yield from after
    elif old.bound:
        yield from detach(old, around)
    elif new.bound:
        yield from attach(new, around)


def attach(table: Table | ForeignTable, around: Context) -> Steps:
    """Rows are shown to fit before, while others go on; then nothing is read under the lock."""
    before, then = _attaching(table, around)
    yield from before
    yield from then


def _attaching(table: Table | ForeignTable, around: Context) -> tuple[list[Step], list[Step]]:
    proofs = list(_proofs(table, around))
    before = [step for proof in proofs for step in _prove(proof, table, around)]
    return before, [_attach(table, proofs, around), *(_forget(proof, around) for proof in proofs)]


def _proofs(table: Table | ForeignTable, around: Context) -> Iterator[Proof]:
    (parent,) = table.parents
    said = condition(parent, table.bound or "", around.desired)
    if said is None or table.ref in around.plainly:
        return
    if isinstance(table, Table) and table.partition_key is None and around.busy(table.names):
        yield Proof(table.names, _free(table.names, around), said)
    default = default_of(parent, around)
    if default is not None and default.partition_key is None and around.busy(default.names):
        own = condition(parent, table.bound or "", around.desired, alone=True)
        yield Proof(default.names, _free(default.names, around, table.names), f"NOT ({own})")


def default_of(parent: Path, around: Context) -> Table | None:
    """The partition that takes what no other does, before and after."""
    for heir in around.heirs(parent):
        here, there = (catalog.get(Ref("table", heir)) for catalog in (around.current, around.desired))
        if _is_default(here, parent) and _is_default(there, parent) and around.stays(Ref("table", heir)):
            return here
    return None


def _is_default(table: object, parent: Path) -> TypeGuard[Table]:
    return isinstance(table, Table) and table.bound == DEFAULT and table.parents == (parent,)


def _free(table: Path, around: Context, apart: Path = ()) -> str:
    """A name that no constraint of the table has."""
    stem = "_".join((table[-1], *apart[-1:])).encode()[:45].decode(errors="ignore")
    for number in range(1, 1000):
        free = f"{stem}_bound{number if number > 1 else ''}"
        ref = Ref("table constraint", (*table, free))
        if ref not in around.current and ref not in around.desired:
            return free
    raise LookupError(f"no free name for a constraint of {path(table)}")


def _prove(proof: Proof, table: Table | ForeignTable, around: Context) -> Steps:
    yield Step(
        sql=f"ALTER TABLE {path(proof.table)} ADD CONSTRAINT {name(proof.name)} CHECK ({proof.expression}) NOT VALID",
        stage=Stage.TABLES,
        why="It spares reading all rows when the partition is attached.",
        makes=frozenset({proof.ref()}),
        follows=parts(table, around) if proof.table == table.names else frozenset(),
        locks=locked(proof.table, around),
        undone=f"NOT {proof.found()} AND NOT {_is_attached(table)}",
    )
    yield Step(
        sql=f"ALTER TABLE {path(proof.table)} VALIDATE CONSTRAINT {name(proof.name)}",
        stage=Stage.TABLES,
        makes=frozenset({proof.ref("valid")}),
        follows=frozenset({proof.ref()}),
        locks=locked(proof.table, around, Lock.SHARE_UPDATE_EXCLUSIVE),
        scans=frozenset({proof.table}),
        risks=frozenset({Risk.REFUSES_ROWS}),
        undone=proof.found("NOT convalidated"),
    )


def _attach(table: Table | ForeignTable, proofs: list[Proof], around: Context) -> Step:
    """After it has all that its parent has already, so that nothing is made anew under a name of PostgreSQL's."""
    (parent,) = table.parents
    default = default_of(parent, around) if table.bound != DEFAULT else None
    proven = {proof.table for proof in proofs}
    scanned = {each.names for each in (table, default) if each is not None and locked(each.names, around)} - proven
    return Step(
        sql=f"ALTER TABLE ONLY {path(parent)} ATTACH PARTITION {path(table.names)} {table.bound}",
        stage=Stage.TABLES,
        makes=frozenset(proof.ref("used") for proof in proofs),
        alters=frozenset({table.ref}),
        follows=frozenset({*_before_attaching(table, around), *(proof.ref("valid") for proof in proofs)}),
        locks=_attaching_locks(table, default, around),
        scans=frozenset(scanned),
        risks=frozenset({Risk.SCANS} if scanned else ()),
        undone=f"NOT {_is_attached(table)}",
    )


def _attaching_locks(table: Table | ForeignTable, default: Table | None, around: Context) -> tuple[Held, ...]:
    held = locked(table.parents[0], around, Lock.SHARE_UPDATE_EXCLUSIVE)
    for each in (table, default):
        if each is not None:
            held += locked(each.names, around)
            for heir in around.heirs(each.names):
                held += locked(heir, around)
    return held


def _forget(proof: Proof, around: Context) -> Step:
    return Step(
        sql=f"ALTER TABLE {path(proof.table)} DROP CONSTRAINT {name(proof.name)}",
        stage=Stage.TABLES,
        takes=frozenset({proof.ref("used")}),
        follows=frozenset({proof.ref("used")}),
        locks=locked(proof.table, around),
        undone=proof.found(),
    )


def _before_attaching(table: Table | ForeignTable, around: Context) -> Iterator[Ref]:
    yield from parts(table, around)
    for parent in table.parents:
        for catalog in (around.current, around.desired):
            yield from (column.ref for column in catalog.parts(parent, Column))
            yield from (each.ref for each in catalog.parts(parent, TableConstraint) if each.type == "check")
    yield from (trigger.ref for trigger in around.current.parts(table.names, Trigger) if trigger.ref in around.goes)
    for index in around.desired.indexes_of(table.names):
        if index.part_of and around.stays(Ref("index", index.part_of)):
            yield index.ref
            if index.constraint:
                yield Ref("table constraint", (*table.names, index.names[-1]))


def parts(table: Table | ForeignTable, around: Context) -> frozenset[Ref]:
    """What the table must have of its parent's before it can be its child."""
    found = (*around.desired.parts(table.names, Column), *around.desired.parts(table.names, TableConstraint))
    return frozenset(part.ref for part in found if not isinstance(part, TableConstraint) or part.type == "check")


def _is_attached(table: Table | ForeignTable, *more: str) -> str:
    """Whether it is a partition of its parent."""
    child, parent = (f"pg_catalog.to_regclass({literal(path(names))})" for names in (table.names, *table.parents))
    conditions = " AND ".join((f"inhrelid = {child}", f"inhparent = {parent}", *more))
    return f"EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE {conditions})"


def detach(table: Table | ForeignTable, around: Context) -> Steps:
    """Concurrently it takes two transactions, and leaves a CHECK that says the bound."""
    left = _left(table, around)
    if left is None or not can_leave(table, around):
        yield detached_at_once(table, around)
        return
    yield leave(table, around, alters=frozenset({table.ref}), follows=_going_along(table, around))
    yield _finish(table, around)
    yield Step(
        sql=f"ALTER TABLE {path(table.names)} DROP CONSTRAINT IF EXISTS {name(left)}",
        stage=Stage.TABLES,
        alters=frozenset({table.ref}),
        locks=locked(table.names, around),
    )


def detached_at_once(table: Table | ForeignTable, around: Context) -> Step:
    """The plain form, for which readers and writers of the whole table wait a moment."""
    (parent,) = table.parents
    return Step(
        sql=f"ALTER TABLE {path(parent)} DETACH PARTITION {path(table.names)}",
        stage=Stage.TABLES,
        alters=frozenset({table.ref}),
        follows=_going_along(table, around),
        locks=parting_locks(table, around) + locked(table.names, around),
        undone=_is_attached(table),
    )


def _going_along(table: Table | ForeignTable, around: Context) -> frozenset[Ref]:
    """Indexes of the partitioned table that go, and take along those of the partition as long as it is one."""
    indexes = (index for index in around.current.indexes_of(table.names) if index.ref in around.goes)
    return frozenset(Ref("index", index.part_of) for index in indexes if index.part_of) & around.goes


def parting_locks(table: Table | ForeignTable, around: Context) -> tuple[Held, ...]:
    """What is locked besides a partition that goes: the DEFAULT one may have to take its rows from then on."""
    (parent,) = table.parents
    default = default_of(parent, around)
    return locked(parent, around) + (locked(default.names, around) if default else ())


def leave(table: Table | ForeignTable, around: Context, **touched: Any) -> Step:
    """Readers and writers of the partitioned table go on meanwhile."""
    (parent,) = table.parents
    return Step(
        sql=f"ALTER TABLE {path(parent)} DETACH PARTITION {path(table.names)} CONCURRENTLY",
        stage=touched.pop("stage", Stage.TABLES),
        locks=(*locked(parent, around, Lock.SHARE_UPDATE_EXCLUSIVE), Held(table.names, Lock.ACCESS_EXCLUSIVE)),
        way=Way.ALONE,
        undone=_is_attached(table, "NOT inhdetachpending"),
        **touched,
    )


def _finish(table: Table | ForeignTable, around: Context) -> Step:
    """Where detaching was cancelled half-way, nothing else can be detached until it is finished."""
    (parent,) = table.parents
    pending = _is_attached(table, "inhdetachpending")
    finish = f"ALTER TABLE {path(parent)} DETACH PARTITION {path(table.names)} FINALIZE"
    return Step(
        sql=f"DO {body(f'BEGIN IF {pending} THEN {finish}; END IF; END')}",
        stage=Stage.TABLES,
        why="Detaching may have been cancelled half-way.",
        alters=frozenset({table.ref}),
        locks=locked(parent, around, Lock.SHARE_UPDATE_EXCLUSIVE) + locked(table.names, around),
        undone=pending,
    )


def can_leave(table: Table | ForeignTable, around: Context) -> bool:
    """Whether it can be detached while others work with the partitioned table."""
    if not isinstance(table, Table) or not table.bound or table.ref in around.plainly:
        return False
    (parent,) = table.parents
    if not around.stays(Ref("table", parent)) or _has_default(parent, around):
        return False
    return any(around.busy(heir) for heir in around.heirs(parent))


def _has_default(parent: Path, around: Context) -> bool:
    """PostgreSQL detaches nothing concurrently then."""
    catalogs = (around.current, around.desired)
    heirs = (catalog.get(Ref("table", heir)) for catalog in catalogs for heir in around.heirs(parent, catalog))
    return any(_is_default(heir, parent) for heir in heirs)


def _left(table: Table | ForeignTable, around: Context) -> str | None:
    """The name of the CHECK that PostgreSQL leaves; None where that cannot be foretold."""
    columns: set[str] = set()
    above = table.parents
    while above:
        parent = around.current.get(Ref("table", above[0]))
        column = key_column(parent)
        if not isinstance(parent, Table) or column is None:
            return None
        columns.update(unquoted(column))
        above = parent.parents if parent.bound else ()
    named = "_".join((table.names[-1], *(columns if len(columns) == 1 else ()), "check"))
    return named if len(named.encode()) < 64 and not _is_taken(named, table.names[0], around) else None


def _is_taken(constraint: str, schema: str, around: Context) -> bool:
    """PostgreSQL chooses a name that no constraint of the schema has."""
    return any(
        ref.kind == "table constraint" and ref.names[0] == schema and ref.names[-1] == constraint
        for catalog in (around.current, around.desired)
        for ref in catalog.facts
    )
