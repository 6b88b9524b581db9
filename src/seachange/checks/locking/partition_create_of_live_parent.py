"""CREATE TABLE … PARTITION OF keeps everybody from the partitioned table for as long as it waits.

The new partition is there in an instant, but the lock on the table above is ACCESS EXCLUSIVE: it waits for every query
on any partition, and all others wait behind it.  A table that is made first, with the same columns, and then attached
needs SHARE UPDATE EXCLUSIVE on the table above, behind which neither readers nor writers wait.  That a default
partition is read is the matter of default-partition-scan.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import OWN, steps
from seachange.checks.partitions import bound_of, parent_of
from seachange.checks.usage import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    parent = parent_of(written, around)
    severity = weight(parent, around, Severity.WARNING) if parent else None
    if parent is None or severity is None:
        return
    made = spelled(around.world.paths(written.node.relation)[0])  # type: ignore[union-attr]
    yield Remark(
        message=f"Who uses {spelled(parent)} waits in line until all older queries on it have ended.",
        about=spelled(parent),
        advice="Make a table of the same columns, and attach it.",
        safe=steps(
            f"CREATE TABLE {made} (LIKE {spelled(parent)} INCLUDING ALL);",
            f"{OWN}\nALTER TABLE {spelled(parent)} ATTACH PARTITION {made} {bound_of(written)};",
        ),
        severity=severity,
    )


CHECK = Check(
    name="partition-create-of-live-parent",
    code="LK21",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="CREATE TABLE … PARTITION OF a table that others use",
    kinds=("CreateStmt",),
    statement=_look,
    queueing=True,
)
