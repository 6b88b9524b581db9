"""A table that lacks the columns which all others have is passed over by what works on all of them.

A tenant's policy, an audit trigger, a job that looks for what changed last, the deletion of a tenant's rows: such
things take a column for granted.  Which ones a project wants, it says in seachange.toml under [tables], as columns.
Without a setting, a column is wanted where four out of five tables of the same schema have it, if there are at least
five.

Partitions have the columns of their table.  Only told where a project asks for it.
"""

from __future__ import annotations

from collections import Counter

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateStmt

_FEWEST, _OUT_OF, _HAVE = 5, 5, 4


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, CreateStmt)
    if statement.relation.relpersistence == "t" or statement.HasField("partbound") or _copies(statement):
        return
    table = around.world.path(statement.relation)
    if not around.customs.columns and around.world.catalog is None:
        yield Remark(
            message=f"Whether {spelled(table)} has the columns that other tables have is not known without a catalog.",
            about=spelled(table),
            verdict=Verdict.UNKNOWN,
        )
        return
    wanted = around.customs.columns or _usual(around.world.catalog, table[0])
    if around.world.at(table) is None:
        yield from _lacking(table, wanted, {column.name for column in around.columns})


def _copies(statement: CreateStmt) -> bool:
    """It has columns that are not written down in it."""
    return bool(statement.inh_relations) or any(each.HasField("table_like_clause") for each in statement.table_elts)


def _stands(state: State) -> Remarks:
    for table in state.catalog.of(Table):
        if table.bound is None:
            has = {column.names[-1] for column in state.catalog.parts(table.names, TableColumn)}
            yield from _lacking(table.names, state.customs.columns or _usual(state.catalog, table.names[0]), has)


def _lacking(table: Path, wanted: tuple[str, ...], has: set[str]) -> Remarks:
    for column in wanted:
        if column not in has:
            yield Remark(
                message=f"{spelled(table)} has no column {column}, which the other tables have.",
                about=spelled(table),
                advice=f"Add {column}, or say why this table needs none.",
            )


def _usual(catalog: Catalog | None, schema: str) -> tuple[str, ...]:
    """The columns that nearly all tables of a schema have."""
    if catalog is None:
        return ()
    tables = {one.names for one in catalog.of(Table) if one.names[0] == schema and one.bound is None}
    columns = Counter(one.names[-1] for one in catalog.of(TableColumn) if one.names[:-1] in tables)
    return tuple(
        name for name, many in columns.items() if len(tables) >= _FEWEST and many * _OUT_OF >= len(tables) * _HAVE
    )


CHECK = Check(
    name="mandatory-columns",
    code="NM16",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="tables without the columns that all others have",
    kinds=("CreateStmt",),
    statement=_look,
    state=_stands,
    optional=True,
    same_as=("schemalint mandatoryColumns",),
)
