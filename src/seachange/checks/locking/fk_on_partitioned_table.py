"""A foreign key of a partitioned table is checked on all partitions while nobody can write to them.

Before PostgreSQL 18, NOT VALID is refused here, so that the plain form reads every partition under SHARE ROW EXCLUSIVE.
Instead each partition gets the key as its own, NOT VALID and then validated; the key of the table takes these over
without reading a row, but for an instant needs ACCESS EXCLUSIVE on the table it refers to.  From 18 on, NOT VALID and
VALIDATE work on the table itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.altering import Added, added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.later import spelled_out
from seachange.checks.online import NOT_NULL_SINCE, steps, validated_later
from seachange.checks.usage import is_partitioned, labour, leaves, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_FOREIGN


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_FOREIGN):
        if each.column or each.constraint.skip_validation or not is_partitioned(each.table, around):
            continue
        severity = labour(each.table, around)
        if severity is not None:
            other = spelled(around.world.path(each.constraint.pktable))
            yield Remark(
                message=f"Nobody can write to {spelled(each.table)}, its partitions or {other} while all rows are "
                f"checked.{reason(each.table, around)}",
                about=spelled(each.table),
                at=each.constraint.location,
                advice="Add it NOT VALID, and validate it in a transaction of its own."
                if around.version >= NOT_NULL_SINCE
                else "Add it to each partition NOT VALID, validate it there, and then add it to the table.",
                safe=steps(*_safe(each, around)),
                severity=severity,
            )


def _safe(each: Added, around: Around) -> Iterator[str]:
    key = spelled_out(each, around)
    if around.version >= NOT_NULL_SINCE:
        yield validated_later(each.table, each.label, key)
        return
    for leaf in leaves(each.table, around):
        yield validated_later(leaf, each.label, key)
    yield f"ALTER TABLE {spelled(each.table)} ADD CONSTRAINT {each.label} {key};"


CHECK = Check(
    name="fk-on-partitioned-table",
    code="LK11",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.SIZES}),
    summary="a foreign key of a partitioned table that is checked under a lock",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
)
