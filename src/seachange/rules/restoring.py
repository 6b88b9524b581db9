"""How an undo takes back out of the quarantine what the plan put there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Column, Sequence, Table, TableConstraint, Trigger
from seachange.catalog.ref import Ref
from seachange.rules.addresses import block
from seachange.rules.columns import (
    IDENTITY,
    add_column,
    collate,
    column_clause,
    identity_of,
    identity_options,
    inline_default,
    inline_not_null,
    locked,
    traits,
)
from seachange.rules.partitions import attach, parts
from seachange.rules.quarantine import waiting_name
from seachange.rules.rule import Context, Steps
from seachange.rules.sequences import own
from seachange.rules.tables import alter_table, cluster, identify
from seachange.sql.quote import literal, name, path
from seachange.step import Risk, Stage, Step

FIRES = {"origin": "ENABLE TRIGGER", "replica": "ENABLE REPLICA TRIGGER", "always": "ENABLE ALWAYS TRIGGER"}


def is_back(ref: Ref, around: Context) -> bool:
    """Whether it comes back from the quarantine instead of being made."""
    copied = around.wishes.restores.copied.get(ref)
    return around.restored(ref) or (copied is not None and around.stays(Ref("table", ref.names[:-1])))


def restore(fact: Fact, around: Context) -> Steps:
    """What was moved is moved back, with what belongs to it; a column gets its values back."""
    back = RESTORE.get(fact.ref.kind)
    return back(fact, around) if back else ()


def restore_table(table: Table, around: Context) -> Steps:
    yield Step(
        sql=block((*_move_back(table, around), *_convert_back(table, around))),
        stage=Stage.TABLES,
        why="It comes back from the quarantine with its rows.",
        makes=frozenset(_made(table, around)),
    )
    for column in around.desired.parts(table.names, Column):
        if column.ref in around.wishes.restores.as_text:
            yield from traits(column, around)
    yield from _join(table, around)
    yield from _point(table, around)


def _made(table: Table, around: Context) -> Iterator[Ref]:
    restores = around.wishes.restores
    yield table.ref
    for column in around.desired.parts(table.names, Column):
        yield column.ref
        default = Ref("default value", column.names)
        if default in restores.moved or column.ref in restores.plain:
            yield default
    for constraint in around.desired.parts(table.names, TableConstraint):
        if constraint.ref in restores.moved:
            yield constraint.ref
    yield from (index.ref for index in around.desired.indexes_of(table.names) if index.ref in restores.moved)
    yield from (sequence.ref for sequence in _sequences(table, around))


def _sequences(table: Table, around: Context) -> Iterator[Sequence]:
    for column in around.desired.parts(table.names, Column):
        for user in sorted(around.desired.users(column.ref)):
            sequence = around.desired.facts.get(user)
            if isinstance(sequence, Sequence) and around.restored(user) and sequence.owned_by == table.names:
                yield sequence


def _move_back(table: Table, around: Context) -> Iterator[str]:
    yield from _back("TABLE", table, around)
    for sequence in _sequences(table, around):
        yield _named_again("SEQUENCE", sequence, around)
    for index in around.desired.indexes_of(table.names):
        if around.restored(index.ref):
            yield _named_again("INDEX", index, around)
    if not any(told.ref.kind == "comment" for told in around.desired.said_of(table.ref)):
        yield f"COMMENT ON TABLE {path(table.names)} IS NULL"


def _back(word: str, fact: Fact, around: Context) -> Iterator[str]:
    waited = path(waiting_name(fact.names, around.wishes.restores.label))
    yield f"ALTER {word} {waited} SET SCHEMA {name(fact.names[0])}"
    yield _named_again(word, fact, around)


def _named_again(word: str, fact: Fact, around: Context) -> str:
    _, waited = waiting_name(fact.names, around.wishes.restores.label)
    return f"ALTER {word} {path((fact.names[0], waited))} RENAME TO {name(fact.names[-1])}"


def _convert_back(table: Table, around: Context) -> Iterator[str]:
    restores = around.wishes.restores
    for column in around.desired.parts(table.names, Column):
        if (column.inherited or table.bound) and any(around.restored(Ref("table", parent)) for parent in table.parents):
            continue
        label = name(column.names[-1])
        if column.ref in restores.plain:
            if column.generated == "stored":
                yield f"ALTER TABLE {path(table.names)} DROP COLUMN IF EXISTS {label}"
            yield f"ALTER TABLE {path(table.names)} ADD COLUMN {column_clause(column, around)}"
        elif column.ref in restores.as_text:
            yield (
                f"ALTER TABLE {path(table.names)} ALTER COLUMN {label} TYPE {column.type}{collate(column)} "
                f"USING {label}::{column.type}"
            )
    if table.of_type:
        yield f"ALTER TABLE {path(table.names)} OF {table.of_type}"


def _join(table: Table, around: Context) -> Steps:
    """To the tables above that were not in the quarantine with it."""
    for parent in table.parents:
        above = Ref("table", parent)
        if around.restored(above):
            continue
        if table.bound:
            yield from attach(table, around)
        else:
            follows = parts(table, around) | {above}
            yield alter_table(table, f"INHERIT {path(parent)}", around, stage=Stage.COLUMNS, follows=follows)


def _point(table: Table, around: Context) -> Steps:
    """To indexes that are made again."""
    born = Table(names=table.names)
    _, _, index = table.replica_identity.partition(" ")
    if index and not around.restored(Ref("index", (table.names[0], index))):
        yield from identify(born, table, around)
    if table.cluster_on and not around.restored(Ref("index", (table.names[0], table.cluster_on))):
        yield from cluster(born, table, around)


def restore_sequence(sequence: Sequence, around: Context) -> Steps:
    """Where it stood; one of a table that comes back comes with that."""
    if sequence.owned_by and around.restored(Ref("table", sequence.owned_by)):
        return
    yield Step(
        sql=block(_back("SEQUENCE", sequence, around)),
        stage=Stage.SEQUENCES,
        why="It comes back from the quarantine, where it stood.",
        makes=frozenset({sequence.ref}),
    )
    if sequence.owned_by:
        yield from own(sequence, sequence, around)


def restore_type(type: Fact, around: Context) -> Steps:
    parts = (part.ref for part in around.desired.parts(type.names, Fact) if around.restored(part.ref))
    yield Step(
        sql=block(_back("DOMAIN" if type.ref.kind == "domain" else "TYPE", type, around)),
        stage=Stage.TYPES,
        why="It comes back from the quarantine.",
        makes=frozenset({type.ref, *parts}),
    )


def restore_column(column: Column, around: Context) -> Steps:
    """Its values are those of the rows that are still there; what came since has its default."""
    if around.restored(column.ref):
        return
    steps = tuple(add_column(column, around))
    if not steps:
        return
    add, *rest = steps
    table = column.names[:-1]
    alter = f"ALTER TABLE {path(table)} ALTER COLUMN {name(column.names[-1])}"
    statements = (
        f"ALTER TABLE {path(table)} ADD COLUMN {name(column.names[-1])} {column.type}{collate(column)}",
        *_switched(table, "DISABLE TRIGGER", around),
        *_fill(column, alter, around),
        *_switched(table, "", around),
        *_require(column, alter, around),
        f"DROP TABLE {_kept(column, around)}",
    )
    yield Step(
        sql=block(statements),
        stage=Stage.COLUMNS,
        why="It comes back with the values that wait in the quarantine.",
        makes=add.makes,
        locks=locked(table, around),
        rewrites=frozenset({table}),
        risks=frozenset({Risk.REWRITES, *({Risk.REFUSES_ROWS} if column.not_null else ())}),
    )
    yield from rest


def _switched(table: tuple[str, ...], off: str, around: Context) -> Iterator[str]:
    """Triggers of people do not see values come back."""
    for trigger in around.current.parts(table, Trigger):
        if around.stays(trigger.ref) and trigger.enabled in FIRES:
            yield f"ALTER TABLE {path(table)} {off or FIRES[trigger.enabled]} {name(trigger.names[-1])}"


def _fill(column: Column, alter: str, around: Context) -> Iterator[str]:
    table, label = column.names[:-1], name(column.names[-1])
    types = {each.names[-1]: each.type for each in around.desired.parts(table, Column)}
    key = around.wishes.restores.copied[column.ref]
    same = " AND ".join(f"here.{name(each)} = kept.{name(each)}::{types[each]}" for each in key)
    kept = _kept(column, around)
    yield f"UPDATE {path(table)} AS here SET {label} = kept.{label}::{column.type} FROM {kept} AS kept WHERE {same}"
    default = inline_default(column, around)
    if default is not None and not column.generated:
        yield f"{alter} SET DEFAULT {default.expression}"
        if column.not_null:
            yield f"UPDATE {path(table)} SET {label} = DEFAULT WHERE {label} IS NULL"


def _kept(column: Column, around: Context) -> str:
    """Where the values of a column wait."""
    restores = around.wishes.restores
    return path(waiting_name(restores.names.get(column.ref, column.names), restores.label))


def _require(column: Column, alter: str, around: Context) -> Iterator[str]:
    table, label = column.names[:-1], name(column.names[-1])
    if (constraint := inline_not_null(column, around)) is not None:
        inherit = " NO INHERIT" if constraint.no_inherit else ""
        yield f"ALTER TABLE {path(table)} ADD CONSTRAINT {name(constraint.names[-1])} NOT NULL {label}{inherit}"
    elif column.not_null:
        yield f"{alter} SET NOT NULL"
    if column.identity:
        yield f"{alter} ADD GENERATED {IDENTITY[column.identity]} AS IDENTITY{identity_options(column, around)}"
        if (sequence := identity_of(column, around)) is not None:
            highest = f"(SELECT max({label}) FROM {path(table)})"
            yield f"PERFORM pg_catalog.setval({literal(path(sequence.names))}, {highest})"


RESTORE: Mapping[str, Callable[[Any, Context], Steps]] = {
    "table": restore_table,
    "table column": restore_column,
    "sequence": restore_sequence,
    "enum": restore_type,
    "composite type": restore_type,
    "domain": restore_type,
}
"""How each kind comes back from the quarantine; what is not here comes with something that is."""
