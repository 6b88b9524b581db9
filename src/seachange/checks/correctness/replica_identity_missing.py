"""A published table without a replica identity refuses every UPDATE and DELETE (55000).

A subscriber has to be told which row is meant.  That is the primary key, unless another index or the whole row (FULL)
is named.  Without any of these the server refuses the change itself, on the publishing side, to whoever makes it.

Give the table a primary key.  REPLICA IDENTITY FULL works too, at the price of whole rows in the WAL.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.outside import Publication, PublishedSchema
from seachange.catalog.facts.relations import Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity

_CHANGES = frozenset({"update", "delete"})


def _state(state: State) -> Remarks:
    catalog = state.catalog
    for publication in catalog.of(Publication):
        if not publication.publish or _CHANGES.intersection(publication.publish):
            for table in _published(publication, catalog):
                if not _identified(table, catalog):
                    yield _remark(spelled(table.names), publication.names[0])


def _published(publication: Publication, catalog: Catalog) -> Iterator[Table]:
    """Its tables, and partitions with theirs."""
    name = publication.names[0]
    schemas = {each.names[0] for each in catalog.of(PublishedSchema) if name in each.args}
    for table in catalog.of(Table):
        own = Ref("publication relation", table.names, (name,)) in catalog
        parents = (Ref("publication relation", parent, (name,)) in catalog for parent in table.parents)
        told = publication.all_tables or own or table.names[0] in schemas or (table.bound and any(parents))
        if told and not table.partition_key and not table.unlogged:
            yield table


def _identified(table: Table, catalog: Catalog) -> bool:
    if table.replica_identity == "default":
        return any(one.type == "primary key" for one in catalog.parts(table.names, TableConstraint))
    return table.replica_identity != "nothing"


def _remark(table: str, publication: str) -> Remark:
    return Remark(
        message=f"{table} is published by {publication} and has no replica identity: UPDATE and DELETE are refused.",
        about=table,
        advice="Give it a primary key.",
        safe=f"ALTER TABLE {table} REPLICA IDENTITY FULL;",
    )


CHECK = Check(
    name="replica-identity-missing",
    code="CO29",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="published tables whose rows subscribers cannot tell apart",
    state=_state,
)
