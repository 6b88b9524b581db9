"""An index that is not valid costs every write, may enforce uniqueness, and helps no query.

A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY that failed leaves it behind; IF NOT EXISTS then takes it for the
index that was wanted.  An index of a partitioned table is not valid as long as partitions lack theirs; that is told of
the partitioned table only, and not here.

REINDEX INDEX CONCURRENTLY repairs it.  What ends with _ccnew or _ccold is a leftover: drop it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Index, Table
from seachange.checks.brought import of_state
from seachange.checks.check import Check, Needs, Remark
from seachange.checks.world import World, spelled
from seachange.finding import Severity


def _of(index: Index, world: World) -> Iterator[Remark]:
    table = world.at(index.table)
    if index.valid or (isinstance(table, Table) and table.partition_key):
        return
    left = index.names[-1].rstrip("0123456789").endswith(("_ccnew", "_ccold"))
    named = spelled(index.names)
    yield Remark(
        message=f"The index {named} is not valid: a build of it failed, and no query uses it.",
        about=spelled(index.table),
        advice="It is a leftover of REINDEX CONCURRENTLY: drop it." if left else "Build it anew, or drop it.",
        safe=f"DROP INDEX CONCURRENTLY {named};" if left else f"REINDEX INDEX CONCURRENTLY {named};",
    )


CHECK = Check(
    name="invalid-index",
    code="CO13",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="indexes whose build failed",
    state=of_state(Index, _of),
    same_as=("advisor invalid-index",),
)
