"""DROP TABLE of a partition locks the table above it, too.

Who uses any partition waits until the lock was to be had: ACCESS EXCLUSIVE on the whole, for a table that perhaps
nobody uses any more.  A partition that was detached concurrently before is a table like any other.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.dropped import dropped_tables
from seachange.checks.online import OUTSIDE, OWN, steps
from seachange.checks.partitions import default_of
from seachange.checks.usage import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    tables = dropped_tables(written, around)
    for names in tables:
        fact = around.world.at(names)
        if not isinstance(fact, Table) or not fact.bound or fact.parents[0] in tables:
            continue
        parent = fact.parents[0]
        severity = weight(parent, around, Severity.WARNING)
        if severity is not None:
            how = "" if default_of(parent, around.world) else " CONCURRENTLY"
            yield Remark(
                message=f"Who uses {spelled(parent)} waits in line until {spelled(names)} is dropped.",
                about=spelled(names),
                advice="Detach it first.",
                safe=steps(
                    f"{OUTSIDE if how else OWN}\nALTER TABLE {spelled(parent)} DETACH PARTITION {spelled(names)}{how};",
                    f"{OWN}\nDROP TABLE {spelled(names)};",
                ),
                severity=severity,
            )


CHECK = Check(
    name="partition-drop-locks-parent",
    code="LK24",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="DROP TABLE of a partition, which locks the table above",
    kinds=("DropStmt",),
    statement=_look,
    queueing=True,
)
