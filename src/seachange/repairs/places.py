"""Where a name leads in the database that a script lands on."""

from __future__ import annotations

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Column, Table, TableConstraint
from seachange.repairs.case import Case
from seachange.repairs.named import RELATIONS, at, paths
from seachange.repairs.refusal import Refusal
from seachange.sql.quote import literal
from seachange.sql.relations import Name


def first(case: Case, query: str) -> str | None:
    """The one value of a query; None where there is none."""
    rows = case.copy.ask(query)
    return None if isinstance(rows, Refusal) or not rows or rows[0][0] is None else str(rows[0][0])


def place(case: Case, name: Name) -> Name:
    """The schema and the name that a name stands for; where nothing has it, those that a new relation would get."""
    found = at(case, name, RELATIONS)
    return found.names if found is not None else next(iter(paths(case, name)), ("public", *name))


def written(case: Case, path: Name) -> Name:
    """A path as short as it can be: without its schema where the name alone leads there."""
    found = at(case, path[-1:], RELATIONS)
    return path[-1:] if found is not None and found.names == path else path


def a_type(case: Case, text: str) -> str | None:
    """A type as PostgreSQL spells it; None where there is no such type."""
    plain = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}.get(text.lower(), text)
    return first(case, f"select format_type(to_regtype({literal(plain)}), null) where to_regtype({literal(plain)}) > 0")


def columns(catalog: Catalog, path: Name) -> dict[str, str]:
    """The columns of a relation with their types, in their order."""
    found = sorted(catalog.parts(path, Column), key=lambda one: one.position)
    return {one.names[-1]: one.type for one in found}


def key(catalog: Catalog, path: Name) -> tuple[str, ...]:
    """The columns of a table's primary key."""
    found = (one for one in catalog.parts(path, TableConstraint) if one.type == "primary key")
    return next((one.columns for one in found), ())


def keys(catalog: Catalog, path: Name) -> frozenset[frozenset[str]]:
    """The sets of columns of a table of which a foreign key may name one."""
    whole = (one for one in catalog.indexes_of(path) if one.unique and one.predicate is None and all(one.columns))
    return frozenset(frozenset(one.columns) for one in whole)


def is_table(catalog: Catalog, path: Name) -> bool:
    return any(one.names == path for one in catalog.parts(path[:-1], Table))
