"""DETACH PARTITION keeps everybody from the partitioned table for as long as it waits.

It is done in an instant, but its lock on the table above is ACCESS EXCLUSIVE: it waits for every query on any
partition, and all others wait behind it.  DETACH PARTITION … CONCURRENTLY stops nobody.  It must not be in a
transaction block and is refused where there is a default partition; one that was ended half-way has to be finished with
DETACH PARTITION … FINALIZE before another can begin.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.checks.altering import commands, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.editing import Edits, at_end, with_edits
from seachange.checks.online import OUTSIDE
from seachange.checks.partitions import attached, default_of
from seachange.checks.usage import in_block, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_DetachPartition


def _look(written: Written, around: Around) -> Remarks:
    for partition, said in attached(written, commands(around, AT_DetachPartition), around):
        parent = table(around)
        severity = weight(parent, around)
        if not said.concurrent and severity is not None:
            edits = _edits(parent, written, around)
            yield Remark(
                message=f"Who uses {spelled(parent)} waits in line until all older queries on it have ended.",
                about=spelled(partition),
                advice="Detach it concurrently, outside of a transaction block."
                if edits
                else "Detach it with a short lock_timeout: beside a default partition it cannot be done concurrently.",
                safe=f"{OUTSIDE}\n{with_edits(written, edits)};" if edits else "",
                edits=() if in_block(around) else edits,
                severity=severity,
            )


def _edits(parent: Path, written: Written, around: Around) -> Edits:
    if default_of(parent, around.world):
        return ()
    return at_end(written, " CONCURRENTLY", "nobody waits in line while the partition is detached")


CHECK = Check(
    name="partition-detach-blocking",
    code="LK23",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="DETACH PARTITION that has everybody wait in line",
    kinds=("AT_DetachPartition",),
    statement=_look,
    queueing=True,
    same_as=("squawk require-concurrent-partition-detach", "pgfence detach-partition"),
)
