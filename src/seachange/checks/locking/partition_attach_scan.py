"""ATTACH PARTITION reads the new partition while nobody can use it, unless a CHECK proves where its rows belong.

The table above is locked weakly, but the partition in ACCESS EXCLUSIVE mode.  The proof is a valid CHECK on it that
says what its bound will say, that the columns are not null included: without that it is none.  Where there is a default
partition, it is locked and read likewise, unless a CHECK on it says that no row there is within the bound.  Indexes
that the table above has and the partition lacks are built meanwhile, too.  What is proved, only the catalog tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.checks.altering import commands, table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.online import OWN, steps
from seachange.checks.partitions import attached, bound_of, default_of
from seachange.checks.proving import inside, outside
from seachange.checks.usage import is_fresh, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AttachPartition


def _look(written: Written, around: Around) -> Remarks:
    for partition, _ in attached(written, commands(around, AT_AttachPartition), around):
        parent = table(around)
        if not around.world.known:
            yield from _unknown(partition, around)
        elif worked := _worked_on(partition, parent, around):
            yield _remark(partition, parent, worked, around)


def _unknown(partition: Path, around: Around) -> Remarks:
    if not is_fresh(partition, around):
        yield Remark(
            message=f"Whether {spelled(partition)} is read whole while nobody can use it depends on its constraints.",
            about=spelled(partition),
            advice="Give the catalog of the database, and it is told.",
            verdict=Verdict.UNKNOWN,
        )


def _worked_on(partition: Path, parent: Path, around: Around) -> dict[Path, Severity]:
    """The partition and the default one, as far as their rows are read."""
    default = default_of(parent, around.world)
    severities = ((each, weight(each, around)) for each in (partition, default) if each)
    read = around.effects.works
    return {each: severity for each, severity in severities if severity and read & frozenset(around.world.family(each))}


def _remark(partition: Path, parent: Path, worked: dict[Path, Severity], around: Around) -> Remark:
    what = " and ".join(map(spelled, worked))
    return Remark(
        message=f"Nobody can use {what} while {'its' if len(worked) == 1 else 'their'} rows are read or indexed.",
        about=spelled(next(iter(worked))),
        advice="Prove before with a CHECK where the rows belong, and build the indexes that the table above has.",
        safe=steps(*_safe(partition, parent, worked, around)),
        severity=min(worked.values(), key=list(Severity).index),
    )


def _safe(partition: Path, parent: Path, worked: dict[Path, Severity], around: Around) -> Iterator[str]:
    bound = bound_of(around.written)
    yield from (
        inside(each, parent, bound, around) if each == partition else outside(each, parent, bound, around)
        for each in worked
    )
    yield f"{OWN}\n{around.written.text};"


CHECK = Check(
    name="partition-attach-scan",
    code="LK22",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.SIZES}),
    summary="ATTACH PARTITION that reads rows since nothing proves where they belong",
    kinds=("AT_AttachPartition",),
    statement=_look,
    same_as=("pgfence attach-partition", "pgls avoidAttachingPartition"),
)
