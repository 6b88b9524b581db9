"""A new partition has the default partition read whole, while nobody can use either table.

PostgreSQL looks whether a row in the default partition belongs into the new one.  CREATE TABLE … PARTITION OF does so
with ACCESS EXCLUSIVE on the table above and on the default partition.  A CHECK on the default partition that says that
no such row is there, validated before, spares it the look; it must say that the columns are not null, too.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.partitions import bound_of, default_of, parent_of
from seachange.checks.proving import outside
from seachange.checks.usage import labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    parent = parent_of(written, around)
    default = default_of(parent, around.world) if parent else None
    severity = labour(default, around) if default else None
    if parent is None or default is None or severity is None:
        return
    yield Remark(
        message=f"Nobody can use {spelled(parent)} while all rows of its default partition {spelled(default)} are read."
        f"{reason(default, around)}",
        about=spelled(default),
        advice="Prove before that no row of the default partition belongs into the new one.",
        safe=outside(default, parent, bound_of(written), around),
        severity=severity,
    )


CHECK = Check(
    name="default-partition-scan",
    code="LK40",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.SIZES}),
    summary="CREATE TABLE … PARTITION OF a table whose default partition is read for it",
    kinds=("CreateStmt",),
    statement=_look,
)
