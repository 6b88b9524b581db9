"""Tables and foreign tables.  A table that must be built anew keeps its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, ForeignTable, Sequence, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.columns import (
    altered_options,
    changed_options,
    column_clause,
    locked,
    made_with,
    options_clause,
    traits,
    value_clauses,
)
from seachange.rules.constraint_clauses import constraint_clause, index_of
from seachange.rules.constraints import is_inline
from seachange.rules.partitions import attach, can_leave, detached_at_once, leave, parting_locks, parts, reparted
from seachange.rules.retyping import by_text, using_of
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.usual_names import rename_not_null
from seachange.sql.quote import listed, literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step

ASIDE = "seachange_aside"
"""How the names of schemas begin in which a table waits whose rows are on their way into its successor."""


def create_table(table: Table, around: Context) -> Steps:
    """The table with its columns, and with such defaults and constraints as need nothing that comes later."""
    inline = inline_constraints(table, around)
    yield Step(
        sql=_create(table, inline, around),
        stage=Stage.TABLES,
        makes=frozenset({table.ref, *_made(table, around), *_made_by(inline, around)}),
        follows=frozenset({Ref("table", parent) for parent in table.parents if not table.bound} & around.comes),
    )
    yield from _finish(table, around)
    if table.ref in around.goes:
        yield from _bring_rows(table, around)


def _create(table: Table, inline: list[TableConstraint], around: Context) -> str:
    unlogged = "UNLOGGED " if table.unlogged else ""
    of_type = f" OF {table.of_type}" if table.of_type else ""
    clauses = [*_column_clauses(table, around)]
    clauses += [f"CONSTRAINT {name(each.names[-1])} {constraint_clause(each, around)}" for each in inline]
    body = " (\n  " + ",\n  ".join(clauses) + "\n)" if clauses else ("" if table.of_type else " ()")
    return f"CREATE {unlogged}TABLE {path(table.names)}{of_type}{body}{''.join(_table_clauses(table))}"


def _column_clauses(table: Table, around: Context) -> Iterator[str]:
    for column in own_columns(table, around):
        if not table.of_type:
            yield column_clause(column, around)
        elif clauses := " ".join(value_clauses(column, around)):
            yield f"{name(column.names[-1])} WITH OPTIONS {clauses}"


def own_columns(table: Table | ForeignTable, around: Context) -> list[Column]:
    """The columns that the table does not only have from another, in their order."""
    columns = (column for column in around.desired.parts(table.names, Column) if not column.inherited)
    return sorted(columns, key=lambda column: column.position)


def _table_clauses(table: Table) -> Iterator[str]:
    if table.parents and not table.bound:
        yield f"\nINHERITS ({', '.join(map(path, table.parents))})"
    if table.partition_key:
        yield f"\nPARTITION BY {table.partition_key}"
    if table.access_method not in (None, "heap"):
        yield f"\nUSING {name(table.access_method or '')}"
    if table.options:
        yield f"\nWITH ({', '.join(changed_options((), table.options)[1])})"
    if table.tablespace:
        yield f"\nTABLESPACE {name(table.tablespace)}"


def _made(table: Table | ForeignTable, around: Context) -> Iterator[Ref]:
    for column in around.desired.parts(table.names, Column):
        yield column.ref
        yield from made_with(column, around)


def inline_constraints(table: Table, around: Context) -> list[TableConstraint]:
    """The constraints that CREATE TABLE writes."""
    return [each for each in around.desired.parts(table.names, TableConstraint) if is_inline(each, table, around)]


def _made_by(inline: list[TableConstraint], around: Context) -> Iterator[Ref]:
    for constraint in inline:
        yield constraint.ref
        if (index := index_of(constraint, around)) is not None:
            yield index.ref


def _finish(table: Table, around: Context) -> Steps:
    """What no clause of CREATE TABLE says."""
    for column in around.desired.parts(table.names, Column):
        yield from traits(column, around)
    if table.bound:
        yield from attach(table, around)
    born = Table(names=table.names)
    if table.replica_identity != born.replica_identity:
        yield from identify(born, table, around)
    if table.cluster_on:
        yield from cluster(born, table, around)
    if table.row_security:
        yield from secure(born, table, around)
    if table.force_row_security:
        yield from force(born, table, around)


def _bring_rows(table: Table, around: Context) -> Steps:
    """The rows of the table that it replaces, unless that was a part of another that is replaced as well."""
    old = around.current.facts[table.ref]
    assert isinstance(old, Table)
    if any(Ref("table", parent) in around.goes for parent in old.parents):
        return
    here, there = (
        {column.names[-1]: column for column in catalog.parts(table.names, Column) if not column.generated}
        for catalog in (around.current, around.desired)
    )
    shared = sorted(here.keys() & there.keys(), key=lambda column: there[column].position)
    if not shared:
        return
    heirs = {Ref("table", heir) for heir in around.heirs(table.names, around.desired)}
    overriding = " OVERRIDING SYSTEM VALUE" if any(column.identity for column in there.values()) else ""
    yield Step(
        sql=f"INSERT INTO {path(table.names)} ({listed(shared)}){overriding}\n"
        f"SELECT {', '.join(_value(here[column], there[column], around) for column in shared)} "
        f"FROM {path((aside(old, around), table.names[-1]))}",
        stage=Stage.DATA,
        alters=frozenset({table.ref}),
        follows=frozenset({table.ref} | heirs) - {table.ref},
        rewrites=frozenset({table.names}),
        risks=frozenset({Risk.REWRITES, Risk.REFUSES_ROWS}),
    )
    for sequence in around.desired.of(Sequence):
        if sequence.identity and sequence.owned_by == table.names and sequence.ref in around.current:
            yield Step(
                sql=f"SELECT pg_catalog.setval({literal(path(sequence.names))}, last_value, is_called) "
                f"FROM {path((aside(old, around), sequence.names[-1]))}",
                stage=Stage.DATA,
                alters=frozenset({table.ref}),
            )


def _value(old: Column, new: Column, around: Context) -> str:
    """What a column of the new table is given: by its text, where the type is another of the same name now."""
    if old.type != new.type:
        return using_of(old, new, around) or name(old.names[-1])
    renewed = (ref for ref in around.current.uses(old.ref) if ref in around.goes and not ref.kind.startswith("table"))
    return by_text(new) if any(renewed) else name(old.names[-1])


def drop_table(table: Table, around: Context) -> Steps:
    if table.ref in around.comes:
        yield from _put_aside(table, around)
        return
    before = list(_leaving(table, around))
    yield from before
    yield Step(
        sql=f"DROP TABLE {path(table.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({table.ref}),
        locks=(
            Held(table.names, Lock.ACCESS_EXCLUSIVE),
            *(parting_locks(table, around) if table.bound and not before else ()),
        ),
        risks=frozenset({Risk.LOSES_DATA}),
    )


def _going(table: Table | ForeignTable, around: Context) -> Iterator[Held]:
    """What a partition is a part of knows its partitions; one that was detached before is none any more."""
    detached = isinstance(table, Table) and can_leave(table, around)
    for parent in table.parents if table.bound and not detached else ():
        yield from locked(parent, around)


def _is_referenced(table: Path, around: Context) -> bool:
    """Whether rows may refer, before or after, to those of the table or of one above it that stays."""
    if not around.stays(Ref("table", table)):
        return False
    if any(_has_references(table, catalog) for catalog in (around.current, around.desired)):
        return True
    above = getattr(around.current.get(Ref("table", table)), "parents", ())
    return any(_is_referenced(each, around) for each in above)


def _has_references(table: Path, catalog: Catalog) -> bool:
    users = {user for column in catalog.parts(table, Column) for user in catalog.users(column.ref)}
    keys = (fact for user in users if isinstance(fact := catalog.get(user), TableConstraint))
    return any(key.references == table for key in keys)


def _leaving(table: Table, around: Context) -> Steps:
    """A partition is detached before it is dropped, where that spares others waiting or PostgreSQL demands it."""
    if can_leave(table, around):
        yield leave(table, around, stage=Stage.REMOVE, makes=frozenset({Ref("index", table.names, ("detached",))}))
    elif table.bound and any(_is_referenced(parent, around) for parent in table.parents):
        yield msgspec.structs.replace(detached_at_once(table, around), stage=Stage.REMOVE, alters=frozenset())


def _put_aside(table: Table, around: Context) -> Steps:
    """Out of the way, with all that has a name of its own, until its rows have been brought over."""
    schema = aside(table, around)
    waiting = Ref("table", (schema, table.names[-1]))
    parted = any(Ref("table", parent) in around.goes for parent in table.parents)
    if not parted:
        yield Step(sql=f"CREATE SCHEMA {schema}", stage=Stage.REMOVE)
    yield Step(
        sql=f"ALTER TABLE {path(table.names)} SET SCHEMA {schema}",
        stage=Stage.REMOVE,
        takes=frozenset({table.ref}),
        makes=frozenset({waiting}),
        locks=(Held(table.names, Lock.ACCESS_EXCLUSIVE),),
    )
    if not parted:
        yield Step(
            sql=f"DROP TABLE {path(waiting.names)} CASCADE",
            stage=Stage.DATA,
            takes=frozenset({waiting}),
            follows=frozenset({table.ref}),
        )
        yield Step(sql=f"DROP SCHEMA {schema}", stage=Stage.DATA)
        yield from rename_not_null(around.desired.facts[table.ref], around)


def aside(table: Table, around: Context) -> str:
    """The schema where a table waits whose rows go into its successor; a partition waits with its table."""
    old = around.current.facts[table.ref]
    assert isinstance(old, Table)
    above = [Ref("table", parent) for parent in old.parents if Ref("table", parent) in around.goes]
    if above:
        whole = around.current.facts[above[0]]
        assert isinstance(whole, Table)
        return aside(whole, around)
    rebuilt = sorted(ref for ref in around.goes & around.comes if ref.kind == "table")
    return f"{ASIDE}_{rebuilt.index(table.ref) + 1}"


def alter_table(table: Fact, action: str, around: Context, **more: Any) -> Step:
    """One ALTER TABLE or ALTER FOREIGN TABLE of a table as such."""
    verb = "ALTER FOREIGN TABLE" if table.ref.kind == "foreign table" else "ALTER TABLE"
    return Step(
        sql=f"{verb} {path(table.names)} {action}",
        stage=more.pop("stage", Stage.TABLES),
        alters=frozenset({table.ref}),
        locks=locked(table.names, around, more.pop("lock", Lock.ACCESS_EXCLUSIVE)) + more.pop("also", ()),
        **more,
    )


def relog(old: Table, new: Table, around: Context) -> Steps:
    yield alter_table(
        new,
        f"SET {'UNLOGGED' if new.unlogged else 'LOGGED'}",
        around,
        risks=frozenset({Risk.REWRITES}),
        rewrites=frozenset({new.names}),
    )


def reparent(old: Table | ForeignTable, new: Table | ForeignTable, around: Context) -> Steps:
    """Partitions are detached and attached, other children inherit or no longer do."""
    yield from reparted(old, new, around)
    if old.bound and not new.bound:
        yield from rename_not_null(new, around)
    before, after = (() if table.bound else table.parents for table in (old, new))
    for parent in before:
        if parent not in new.parents:
            yield alter_table(new, f"NO INHERIT {path(parent)}", around)
    for parent in after:
        if parent not in before:
            yield alter_table(new, f"INHERIT {path(parent)}", around, stage=Stage.COLUMNS, follows=parts(new, around))


def type_of(old: Table, new: Table, around: Context) -> Steps:
    yield alter_table(new, f"OF {new.of_type}" if new.of_type else "NOT OF", around)


def reaccess(old: Table, new: Table, around: Context) -> Steps:
    yield alter_table(
        new,
        f"SET ACCESS METHOD {name(new.access_method or 'heap')}",
        around,
        risks=frozenset({Risk.REWRITES}),
        rewrites=frozenset({new.names}),
    )


def respace(old: Table, new: Table, around: Context) -> Steps:
    yield alter_table(
        new,
        f"SET TABLESPACE {name(new.tablespace or 'pg_default')}",
        around,
        risks=frozenset({Risk.REWRITES}),
        rewrites=frozenset({new.names}),
    )


def reset_options(old: Table, new: Table, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    if here:
        yield alter_table(new, f"SET ({', '.join(here)})", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    if gone:
        yield alter_table(new, f"RESET ({', '.join(gone)})", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)


def identify(old: Table, new: Table, around: Context) -> Steps:
    """What tells rows apart in replication."""
    kind, _, index = new.replica_identity.partition(" ")
    follows = frozenset({Ref("index", (new.names[0], index))} if index else ())
    said = f"USING INDEX {name(index)}" if index else kind.upper()
    risks = frozenset({Risk.BREAKS_CLIENTS} if around.stays(new.ref) else ())
    yield alter_table(new, f"REPLICA IDENTITY {said}", around, follows=follows, stage=Stage.CONSTRAINTS, risks=risks)


def cluster(old: Table, new: Table, around: Context) -> Steps:
    said = f"CLUSTER ON {name(new.cluster_on)}" if new.cluster_on else "SET WITHOUT CLUSTER"
    follows = frozenset({Ref("index", (new.names[0], new.cluster_on))} if new.cluster_on else ())
    yield alter_table(new, said, around, follows=follows, stage=Stage.CONSTRAINTS, lock=Lock.SHARE_UPDATE_EXCLUSIVE)


def secure(old: Table, new: Table, around: Context) -> Steps:
    verb = "ENABLE" if new.row_security else "DISABLE"
    yield alter_table(
        new, f"{verb} ROW LEVEL SECURITY", around, stage=Stage.POLICIES, risks=frozenset({Risk.CHANGES_ACCESS})
    )


def force(old: Table, new: Table, around: Context) -> Steps:
    verb = "FORCE" if new.force_row_security else "NO FORCE"
    yield alter_table(
        new, f"{verb} ROW LEVEL SECURITY", around, stage=Stage.POLICIES, risks=frozenset({Risk.CHANGES_ACCESS})
    )


def create_foreign_table(table: ForeignTable, around: Context) -> Steps:
    clauses = ",\n  ".join(column_clause(column, around) for column in own_columns(table, around))
    inherits = f"\nINHERITS ({', '.join(map(path, table.parents))})" if table.parents and not table.bound else ""
    options = f"\nOPTIONS ({options_clause(table.options)})" if table.options else ""
    yield Step(
        sql=f"CREATE FOREIGN TABLE {path(table.names)} (\n  {clauses}\n){inherits}\n"
        f"SERVER {name(table.server)}{options}",
        stage=Stage.TABLES,
        makes=frozenset({table.ref, *_made(table, around)}),
    )
    for column in around.desired.parts(table.names, Column):
        yield from traits(column, around)
    if table.bound:
        yield from attach(table, around)


def drop_foreign_table(table: ForeignTable, around: Context) -> Steps:
    yield Step(
        sql=f"DROP FOREIGN TABLE {path(table.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({table.ref}),
        locks=(Held(table.names, Lock.ACCESS_EXCLUSIVE),),
    )


def reset_foreign_options(old: ForeignTable, new: ForeignTable, around: Context) -> Steps:
    yield alter_table(new, f"OPTIONS ({altered_options(old.options, new.options)})", around)


PARTS = frozenset({"table constraint", "trigger", "policy", "rule"})
TABLE: Rule[Table] = Rule(
    create_table,
    drop_table,
    {
        "unlogged": Alteration(relog),
        "partition_key": REBUILD,
        "parents": Alteration(reparent),
        "bound": Alteration(reparent),
        "of_type": Alteration(type_of),
        "access_method": Alteration(reaccess, possible=lambda old, new, around: around.has(15)),
        "tablespace": Alteration(respace),
        "options": Alteration(reset_options),
        "replica_identity": Alteration(identify),
        "cluster_on": Alteration(cluster),
        "row_security": Alteration(secure),
        "force_row_security": Alteration(force),
    },
    space="relation",
    holds=PARTS | {"table column"},
    going=_going,
    lasts=True,
)
FOREIGN_TABLE: Rule[ForeignTable] = Rule(
    create_foreign_table,
    drop_foreign_table,
    {
        "server": REBUILD,
        "options": Alteration(reset_foreign_options),
        "parents": Alteration(reparent),
        "bound": Alteration(reparent),
    },
    space="relation",
    holds=PARTS | {"foreign table column"},
    going=_going,
)

RULES: Mapping[str, Rule[Any]] = {"table": TABLE, "foreign table": FOREIGN_TABLE}
