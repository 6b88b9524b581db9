"""Rows: how many there are, whether they are those of the other side, and whether they fit what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.catalog.facts.types import DomainConstraint
from seachange.catalog.ref import Ref
from seachange.finding import Finding, Severity
from seachange.postgres.connection import connected
from seachange.postgres.counting import PATIENT, Counted, Wanted, counted
from seachange.postgres.misfits import Misfits, misfits
from seachange.postgres.standing import Standing, standings
from seachange.verify.verification import Aspect, Outcome, Probe, Rows

CONSTRAINT, SEQUENCE = "table constraint", "sequence"
ELSEWHERE = "values of a domain are in the columns of many tables, and are not counted"
Count = tuple[tuple[Rows, ...], tuple[Finding, ...]]
"""What was counted, and what to say of tables that could not be."""
INCOMPARABLE = Finding(
    check="rows-not-compared",
    severity=Severity.WARNING,
    about="rows",
    message="Rows were counted, not compared: the desired side is no database.",
    advice="Name a database as DESIRED to have its rows compared.",
)


def examined(conninfo: str, found: Catalog, *, proven: bool) -> tuple[Probe, ...]:
    """Sequences beside their columns, and rows beside constraints; with `proven`, foreign keys that call themselves
    valid are looked at too.
    """
    with connected(conninfo) as session:
        session.execute(PATIENT)
        probes = (*map(_ahead, standings(session)), *map(_fits, misfits(session, proven=proven)))
    return (*(probe for probe in probes if probe.about in found), *_of_domains(found))


def tables(found: Catalog, other: Catalog) -> Mapping[Path, Wanted]:
    """What is counted: tables, and partitioned ones with all their partitions.  Columns are those of both sides."""
    return {
        table.names: Wanted(_shared(table.names, found, other), only=table.partition_key is None)
        for table in found.of(Table)
        if table.bound is None
    }


def _shared(table: Path, found: Catalog, other: Catalog) -> tuple[str, ...]:
    columns = (column.ref for column in found.parts(table, TableColumn))
    return tuple(ref.names[-1] for ref in columns if ref in other)


def count(conninfo: str, found: Catalog) -> Count:
    """The rows of each table."""
    here = counted(conninfo, tables(found, Catalog({})))
    return tuple(Rows(table, sum_.rows) for table, sum_ in here.sums.items()), tuple(_refused(here, "target"))


def compare(conninfo: str, other: str, found: Catalog, desired: Catalog) -> Count:
    """The same with the rows of the other side, and whether they are equal, in whatever order they stand."""
    wanted = tables(found, desired)
    theirs = {table: one for table, one in wanted.items() if Ref("table", table) in desired}
    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(counted, other, theirs)
        here = counted(conninfo, wanted)
        there = later.result()
    rows = []
    for table, sum_ in here.sums.items():
        them = there.sums.get(table)
        rows.append(Rows(table, sum_.rows, them.rows if them else None, sum_ == them if them else None))
    return tuple(rows), (*_refused(here, "target"), *_refused(there, "desired side"))


def _refused(one: Counted, side: str) -> Iterator[Finding]:
    for table, why in one.refused.items():
        name = ".".join(table)
        yield Finding(
            check="not-counted",
            severity=Severity.WARNING,
            about=name,
            message=f"The rows of {name} in the {side} could not be counted: {why}.",
            advice="Verify as a role that may read all rows of it.",
        )


def _of_domains(found: Catalog) -> Iterator[Probe]:
    for constraint in found.of(DomainConstraint):
        if not constraint.validated:
            yield Probe(constraint.ref, Aspect.ROWS_FIT, Outcome.NOT_EXAMINABLE, said=ELSEWHERE)


def _ahead(one: Standing) -> Probe:
    if one.why:
        outcome, said = Outcome.NOT_EXAMINABLE, one.why
    elif one.spent:
        outcome, said = Outcome.FAILED, "it has no value left to give"
    elif one.taken:
        outcome, said = Outcome.FAILED, f"it gives {one.next:,} next, and the column has {one.reached:,} already"
    else:
        outcome, said = Outcome.PASSED, ""
    case = ".".join((*one.feed.table, one.feed.column))
    return Probe(Ref(SEQUENCE, one.feed.sequence), Aspect.IS_AHEAD, outcome, case=case, code=one.code, said=said)


def _fits(one: Misfits) -> Probe:
    about = Ref(CONSTRAINT, (*one.table, one.constraint))
    if one.rows is None:
        return Probe(about, Aspect.ROWS_FIT, Outcome.NOT_EXAMINABLE, sql=one.sql, code=one.code, said=one.why)
    if one.rows:
        said = f"{one.rows:,} {'row breaks' if one.rows == 1 else 'rows break'} it"
        return Probe(about, Aspect.ROWS_FIT, Outcome.FAILED, sql=one.sql, said=said)
    return Probe(about, Aspect.ROWS_FIT, Outcome.PASSED, sql=one.sql)
