"""Constraints that are replaced by others of their names, without a moment that has neither."""

from __future__ import annotations

import msgspec

from seachange.catalog.facts.relations import Index, TableConstraint
from seachange.catalog.facts.told import Comment
from seachange.catalog.ref import Ref
from seachange.plan.there import there
from seachange.rules.addresses import statement
from seachange.rules.constraint_clauses import constraint_clause, index_of
from seachange.rules.family import family, free_name, held, is_apart
from seachange.rules.online_keys import built, proofs
from seachange.rules.replaceable import is_replaced_above
from seachange.rules.rule import Context, Steps
from seachange.rules.validation import validation
from seachange.sql.quote import literal, name, path
from seachange.step import Lock, Risk, Stage, Step


def replaced(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    """What a parent hands down is replaced with the parent's."""
    if new.type == "check" and is_replaced_above(new, around):
        return
    if not is_apart(new.names[:-1], new.ref, around):
        yield _at_once(new, around)
    elif new.type == "check":
        yield from _check(old, new, around)
    else:
        yield from _key(old, new, around)
    yield from _said_again(new.ref, new, around)


def _at_once(new: TableConstraint, around: Context) -> Step:
    table, label = new.names[:-1], name(new.names[-1])
    clause = constraint_clause(new, around)
    risk = Risk.SCANS if new.type == "check" else Risk.BUILDS_INDEX
    return Step(
        sql=f"ALTER TABLE {path(table)} DROP CONSTRAINT {label}, ADD CONSTRAINT {label} {clause}",
        stage=Stage.CONSTRAINTS,
        alters=frozenset({new.ref}),
        follows=frozenset(proofs(new, around)),
        locks=held(Lock.ACCESS_EXCLUSIVE, around, table),
        scans=frozenset(family(table, around)),
        risks=frozenset({risk, Risk.REFUSES_ROWS}),
    )


def _check(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    """Both hold until the new one is proven and takes the name of the old one."""
    table, label = path(new.names[:-1]), name(new.names[-1])
    beside = msgspec.structs.replace(
        new, names=(*new.names[:-1], free_name(new.names[:-1], new.names[-1], "new", around))
    )
    locks, other = held(Lock.ACCESS_EXCLUSIVE, around, new.names[:-1]), name(beside.names[-1])
    yield Step(
        sql=f"ALTER TABLE {table} ADD CONSTRAINT {other} {constraint_clause(new, around)} NOT VALID",
        stage=Stage.CONSTRAINTS,
        alters=frozenset({new.ref}),
        locks=locks,
        undone=f"NOT {there(beside.ref)} AND {_is_still(old)}",
    )
    proof = validation(beside, around, frozenset({new.ref}))
    yield msgspec.structs.replace(proof, undone=there(beside.ref))
    yield Step(
        sql=f"ALTER TABLE {table} DROP CONSTRAINT {label}",
        stage=Stage.VALIDATION,
        makes=frozenset({beside.ref}),  # with what takes it, the next step is in the same transaction
        alters=frozenset({new.ref}),
        locks=locks,
        undone=there(beside.ref),
    )
    yield Step(
        sql=f"ALTER TABLE {table} RENAME CONSTRAINT {other} TO {label}",
        stage=Stage.VALIDATION,
        takes=frozenset({beside.ref}),
        alters=frozenset({new.ref}),
        locks=locks,
        undone=there(beside.ref),
    )


def _is_still(old: TableConstraint) -> str:
    """A condition that is true while the check is as it was."""
    relation = f"pg_catalog.to_regclass({literal(path(old.names[:-1]))})"
    return (
        f"EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {relation}"
        f" AND conname = {literal(old.names[-1])}"
        f" AND pg_catalog.pg_get_expr(conbin, conrelid) = {literal(str(old.expression))})"
    )


def _key(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    """The index of the new one is ready before the old one goes, and gets its name."""
    table, label = new.names[:-1], name(new.names[-1])
    index = index_of(new, around)
    assert index is not None
    beside = msgspec.structs.replace(
        index, names=(index.names[0], free_name(new.names[:-1], index.names[-1], "new", around, "index"))
    )
    building = built(beside, around, frozenset({new.ref}), frozenset(proofs(new, around)))
    yield msgspec.structs.replace(building, undone=f"{building.undone} AND {_is_key_still(old, around)}")
    clause = constraint_clause(new, around, beside.names[-1])
    yield Step(
        sql=f"ALTER TABLE {path(table)} DROP CONSTRAINT {label}, ADD CONSTRAINT {label} {clause}",
        stage=Stage.CONSTRAINTS,
        alters=frozenset({new.ref, index.ref}),
        locks=held(Lock.ACCESS_EXCLUSIVE, around, table),
        risks=frozenset({Risk.DROPS_INDEX}),
        undone=there(beside.ref),
    )
    yield from _said_again(index.ref, new, around)


def _is_key_still(old: TableConstraint, around: Context) -> str:
    """A condition that is true while the key has the index that it had."""
    relation = f"pg_catalog.to_regclass({literal(path(old.names[:-1]))})"
    index = around.current.get(Ref("index", (old.names[0], old.names[-1])))
    distinct = " AND NOT indnullsnotdistinct" if isinstance(index, Index) and around.has(15) else ""
    if distinct and isinstance(index, Index) and index.nulls_not_distinct:
        distinct = " AND indnullsnotdistinct"
    columns = ", ".join(literal(column) for column in (*old.columns, *old.include))
    return (
        "EXISTS (SELECT FROM pg_catalog.pg_constraint JOIN pg_catalog.pg_index ON indexrelid = conindid"
        f" WHERE conrelid = {relation} AND conname = {literal(old.names[-1])}"
        f" AND contype = '{old.type[0]}' AND condeferrable = {str(old.deferrable).lower()}"
        f" AND condeferred = {str(old.deferred).lower()} AND indnkeyatts = {len(old.columns)}{distinct}"
        " AND ARRAY(SELECT attname::text FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (number, place)"
        " JOIN pg_catalog.pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)"
        f" = ARRAY[{columns}]::text[])"
    )


def _said_again(ref: Ref, constraint: TableConstraint, around: Context) -> Steps:
    """What is said of the old one goes with it."""
    for told in around.desired.said_of(ref):
        if isinstance(told, Comment):
            yield Step(
                sql=statement("COMMENT ON", ref, f"IS {literal(told.text)}"),
                stage=Stage.PRIVILEGES,
                alters=frozenset({constraint.ref}),
                locks=held(Lock.ACCESS_SHARE, around, constraint.names[:-1])[:1],
            )
