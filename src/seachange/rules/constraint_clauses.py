"""Constraints of tables as CREATE TABLE and ADD CONSTRAINT have them."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Index, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.attaching import has_partitions_of_its_own
from seachange.rules.columns import changed_options
from seachange.rules.rule import Context
from seachange.sql.quote import listed, name, path

INDEXED = ("primary key", "unique", "exclusion")
ACTIONS = {"restrict": "RESTRICT", "cascade": "CASCADE", "set null": "SET NULL", "set default": "SET DEFAULT"}


def constraint_clause(constraint: TableConstraint, around: Context, index: str = "") -> str:
    """The constraint as CREATE TABLE and ADD CONSTRAINT have it, after its name; `index` is one that is there."""
    if not index and (ready := ready_index(constraint, around)) is not None:
        index = ready.names[-1]
    return " ".join(_clauses(constraint, around, index))


def _clauses(constraint: TableConstraint, around: Context, index: str) -> Iterator[str]:
    yield from _what(constraint, around, index)
    if constraint.no_inherit:
        yield "NO INHERIT"
    if constraint.deferrable:
        yield "DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else "DEFERRABLE"
    if not constraint.enforced:
        yield "NOT ENFORCED"


def _what(constraint: TableConstraint, around: Context, index: str) -> Iterator[str]:
    match constraint.type:
        case "check":
            yield f"CHECK ({constraint.expression})"
        case "not null":
            yield f"NOT NULL {name(constraint.columns[0])}"
        case "exclusion":
            yield str(constraint.expression)
        case "foreign key":
            yield from _foreign_key(constraint)
        case _ if index:
            yield f"{constraint.type.upper()} USING INDEX {name(index)}"
        case _:
            yield from _key(constraint, around)


def _key(constraint: TableConstraint, around: Context) -> Iterator[str]:
    yield constraint.type.upper()
    if constraint.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    yield f"({listed(constraint.columns)}{' WITHOUT OVERLAPS' if constraint.temporal else ''})"
    if constraint.include:
        yield f"INCLUDE ({listed(constraint.include)})"
    index = index_of(constraint, around)
    if index is not None and index.options:
        yield f"WITH ({', '.join(changed_options((), index.options)[1])})"
    if index is not None and index.tablespace:
        yield f"USING INDEX TABLESPACE {name(index.tablespace)}"


def _foreign_key(constraint: TableConstraint) -> Iterator[str]:
    assert constraint.references
    here, there = (
        listed(columns[:-1]) + f"{', ' if columns[:-1] else ''}PERIOD {name(columns[-1])}"
        if constraint.temporal
        else listed(columns)
        for columns in (constraint.columns, constraint.referenced_columns)
    )
    yield f"FOREIGN KEY ({here}) REFERENCES {path(constraint.references)} ({there})"
    if constraint.match:
        yield f"MATCH {constraint.match.upper()}"
    if constraint.on_update:
        yield f"ON UPDATE {ACTIONS[constraint.on_update]}"
    if constraint.on_delete:
        yield f"ON DELETE {ACTIONS[constraint.on_delete]}"
    if constraint.delete_columns:
        yield f"({listed(constraint.delete_columns)})"


def not_valid(constraint: TableConstraint) -> str:
    return " NOT VALID" if not constraint.validated and constraint.enforced else ""


def index_of(constraint: TableConstraint, around: Context) -> Index | None:
    """The index that the constraint keeps."""
    index = around.desired.get(Ref("index", (constraint.names[0], constraint.names[-1])))
    return index if isinstance(index, Index) and constraint.type in INDEXED else None


def only(constraint: TableConstraint, around: Context) -> str:
    """The index on a partitioned table is made of those on its partitions."""
    table = around.desired.get(Ref("table", constraint.names[:-1]))
    partitioned = isinstance(table, Table) and table.partition_key
    alone = partitioned and constraint.type in INDEXED and not has_partitions_of_its_own(constraint.names[:-1], around)
    return "ONLY " if alone else ""


def ready_index(constraint: TableConstraint, around: Context) -> Index | None:
    """An index that is there already and becomes the constraint's."""
    index = index_of(constraint, around)
    if index is None or index.ref in around.goes or constraint.type == "exclusion":
        return None
    there = around.current.get(index.ref)
    return there if isinstance(there, Index) and not there.constraint else None
