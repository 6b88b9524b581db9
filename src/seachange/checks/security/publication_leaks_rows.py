"""A table with row security is published whole: subscribers get the rows of everybody.

Logical replication sends what was written, and asks no policy. Who may read the subscriber's table sees all rows,
unless there are policies as well. Since PostgreSQL 15 a publication can be given a condition for the rows that it
sends.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.outside import Publication, PublishedSchema, PublishedTable
from seachange.catalog.facts.relations import Table
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

FILTERS = 150000


def _state(state: State) -> Remarks:
    whole = state.whole
    for one in whole.of(PublishedTable):
        yield from _table(one, whole)
    for schema in whole.of(PublishedSchema):
        yield from _all(schema.args[0], whole, schema.names)
    for publication in whole.of(Publication):
        if publication.all_tables:
            yield from _all(publication.names[0], whole)


def _look(written: Written, around: Around) -> Remarks:
    del written
    for one in brought(around, PublishedTable):
        yield from _table(one, around.end)
    for schema in brought(around, PublishedSchema):
        yield from _all(schema.args[0], around.end, schema.names)
    for publication in brought(around, Publication):
        if publication.all_tables:
            yield from _all(publication.names[0], around.end)


def _table(one: PublishedTable, whole: Whole) -> Remarks:
    table = whole.table(one.names)
    if table and table.row_security and one.where is None:
        yield _remark(table, one.args[0], whole)


def _all(publication: str, whole: Whole, schema: Path = ()) -> Iterator[Remark]:
    for table in whole.of(Table):
        if table.row_security and table.names[: len(schema)] == schema:
            yield _remark(table, publication, whole)


def _remark(table: Table, publication: str, whole: Whole) -> Remark:
    name, through = spelled(table.names), spelled((publication,))
    return Remark(
        message=f"The publication {through} sends all rows of {name}, which has row security.",
        about=name,
        advice="Publish the rows that subscribers may see; before PostgreSQL 15, publish another table.",
        safe=f"ALTER PUBLICATION {through} SET TABLE {name} WHERE (some_condition);"
        if whole.version >= FILTERS
        else "",
    )


CHECK = Check(
    name="publication-leaks-rows",
    code="SE27",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="publications that send all rows of a table with row security",
    kinds=("CreatePublicationStmt", "AlterPublicationStmt"),
    statement=_look,
    state=_state,
)
