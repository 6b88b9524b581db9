"""The report on a verification.  It says nothing of what was not examined, but that it was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.compare.change import Alter, Change, Create, Drop
from seachange.compare.comparison import Comparison
from seachange.compare.comparison import as_json as comparison_json
from seachange.compare.report import parity_table
from seachange.compare.tree import tree
from seachange.finding import Severity
from seachange.report import Figure, Report, Section, Table, Tree
from seachange.verify.verification import Advice, Aspect, Outcome, Probe, Rows, Since, Verification

AGES = {Since.INTRODUCED: "introduced", Since.UNKNOWN: "unknown", Since.INHERITED: "inherited"}
"""The times of a fault, the most pressing first."""


def report(verification: Verification, target: str, desired: str, before: str = "") -> Report:
    """What was examined, what passed, and what did not; faults that are new come first."""
    about = [("target", target), ("desired", desired), ("before", before), ("probed on", verification.on)]
    return Report(
        title="Verification",
        verdict=_verdict(verification),
        good=verification.good,
        about=tuple((label, said) for label, said in about if said),
        figures=tuple(_figures(verification)),
        sections=tuple(_sections(verification)),
        findings=verification.findings,
    )


def _verdict(found: Verification) -> str:
    if faults := tuple(_faults(found)):
        return f"Not as it should be: {'; '.join(faults)}."
    inherited = len(found.failed)
    old = f"; {_number(inherited, 'probe')} failed as before, or as in the desired state" if inherited else ""
    missed = found.outcomes(Outcome.NOT_EXAMINABLE)
    rest = f"; {missed:,} could not be made" if missed else ""
    uncounted = sum(finding.check == "not-counted" for finding in found.findings)
    rest += f"; {_number(uncounted, 'table')} could not be counted" if uncounted else ""
    equal, all_ = found.equal
    return (
        f"As it should be, as far as examined: {equal:,} of {all_:,} facts are equal, "
        f"{found.outcomes(Outcome.PASSED):,} of {found.examined:,} probes passed{old}{rest}."
    )


def _faults(found: Verification) -> Iterator[str]:
    if found.changes:
        _, all_ = found.equal
        yield f"{len(found.changes):,} of {all_:,} facts differ"
    for since, words in ((Since.INTRODUCED, "that did not before"), (Since.UNKNOWN, "since nobody knows when")):
        if count := found.aged(since):
            yield f"{_number(count, 'probe')} failed {words}"
    if other := sum(one.same is False for one in found.rows):
        yield f"the rows of {_number(other, 'table')} are others"
    if found.missed:
        yield "neither behaviour nor use was examined"
    if errors := len(found.errors):
        yield f"checks find {_number(errors, 'new error')}"


def _figures(found: Verification) -> Iterator[Figure]:
    equal, all_ = found.equal
    yield Figure("equal", f"{_share(equal, all_)} %", note=f"{equal:,} of {all_:,} facts")
    examined = found.examined
    yield Figure("probes passed", f"{found.outcomes(Outcome.PASSED):,}", note=f"of {examined:,} examined")
    yield Figure("introduced", f"{found.aged(Since.INTRODUCED):,}", note="faults")
    yield Figure("inherited", f"{found.aged(Since.INHERITED):,}", note="faults")
    if count := found.aged(Since.UNKNOWN):
        yield Figure("of unknown age", f"{count:,}", note="faults")
    missed = found.outcomes(Outcome.NOT_EXAMINABLE)
    yield Figure("not examinable", f"{missed:,}", note=f"of {examined + missed:,} probes")
    yield Figure("rows", f"{sum(one.rows for one in found.rows):,}", note=f"{_number(len(found.rows), 'table')}")
    yield Figure("in all", f"{found.seconds:,.1f} s")


def _sections(found: Verification) -> Iterator[Section]:
    if found.changes:
        around = Catalog({fact.ref: fact for change in found.changes for fact in _facts(change)})
        yield Tree("What differs", tree(found.changes, around, around))
    if found.failed:
        yield faults(found.failed)
    if found.probes:
        yield _by_aspect(found.probes)
    if missed := [probe for probe in found.probes if probe.outcome is Outcome.NOT_EXAMINABLE]:
        yield _missed(missed)
    yield from _beside(found)


def _beside(found: Verification) -> Iterator[Section]:
    """What there is beside faults: rows, what was read of the state, all that was compared."""
    if found.rows:
        yield _rows(found.rows)
    if found.jumps:
        yield _jumps(found)
    if found.advice:
        yield _advised(found.advice)
    if found.parity:
        yield msgspec.structs.replace(parity_table(found.parity), aside=True)


def _facts(change: Change) -> Iterator[Fact]:
    match change:
        case Create(new=fact) | Drop(old=fact) | Alter(new=fact):
            yield fact


def faults(failed: Iterable[Probe]) -> Table:
    """The probes that failed, the most pressing first."""
    order = list(AGES)
    return Table(
        "Faults",
        ("since", "object", "that it", "SQLSTATE", "what was found"),
        tuple(
            (AGES[probe.since], str(probe.about), _claim(probe), probe.code, probe.said)
            for probe in sorted(failed, key=lambda probe: (order.index(probe.since), probe.about, probe.aspect))
        ),
        note="Introduced: the same probe passed on the state before, or what is probed was not there.  Inherited: it "
        "failed there, too, or fails in the desired state as well.  Unknown: there was no state before to look at, or "
        "it does not tell, as of rows.",
    )


def _by_aspect(probes: tuple[Probe, ...]) -> Table:
    aspects = [aspect for aspect in Aspect if any(probe.aspect is aspect for probe in probes)]
    return Table(
        "Probes",
        ("that it", "examined", "passed", *AGES.values(), "not examinable"),
        (*(_counts(aspect.value, tuple(_of(probes, aspect))) for aspect in aspects), _counts("all", probes)),
        numeric=6,
        note="Examined are those that passed or failed; what failed is counted by its age.",
    )


def _of(probes: Iterable[Probe], aspect: Aspect) -> Iterator[Probe]:
    return (probe for probe in probes if probe.aspect is aspect)


def _counts(label: str, probes: tuple[Probe, ...]) -> tuple[str, ...]:
    failed = [probe.since for probe in probes if probe.outcome is Outcome.FAILED]
    missed = sum(probe.outcome is Outcome.NOT_EXAMINABLE for probe in probes)
    examined = len(probes) - missed
    ages = (failed.count(since) for since in AGES)
    return (label, *(f"{number:,}" for number in (examined, examined - len(failed), *ages, missed)))


def _missed(missed: Iterable[Probe]) -> Table:
    return Table(
        "Not examinable",
        ("object", "whether it", "why"),
        tuple((str(probe.about), _claim(probe), _why(probe)) for probe in missed),
        aside=True,
    )


def _claim(probe: Probe) -> str:
    return f"{probe.aspect.value} ({probe.case})" if probe.case else probe.aspect.value


def _why(probe: Probe) -> str:
    return f"{probe.said} ({probe.code})" if probe.code else probe.said


def _rows(rows: Iterable[Rows]) -> Table:
    rows = tuple(rows)
    compared = any(one.desired is not None or one.same is not None for one in rows)
    return Table(
        "Rows",
        ("table", "content", "rows", "desired") if compared else ("table", "rows"),
        tuple(_row(one) if compared else (".".join(one.table), f"{one.rows:,}") for one in rows),
        numeric=2 if compared else 1,
        note="Every row was counted.  Those of partitions are counted with their table."
        + ("  The content is the same where a sum of hashes over the columns of both sides is." if compared else ""),
        aside=True,
    )


def _row(one: Rows) -> tuple[str, ...]:
    content = {True: "the same", False: "another", None: "not compared"}[one.same]
    return ".".join(one.table), content, f"{one.rows:,}", "" if one.desired is None else f"{one.desired:,}"


def _advised(advice: Iterable[Advice]) -> Table:
    order = list(AGES)
    ordered = sorted(advice, key=lambda one: (order.index(one.since), list(Severity).index(one.severity), one.code))
    return Table(
        "What checks find",
        ("since", "severity", "check", "object", "what"),
        tuple((AGES[one.since], one.severity.value, one.check, one.about, one.message) for one in ordered),
        note="Found by reading the state.  Introduced: the state before does not have it.  Unknown: there was no state "
        "before to look at.",
        aside=True,
    )


def _jumps(found: Verification) -> Table:
    return Table(
        "Sequences that the probes moved",
        ("sequence", "stood at", "stands at"),
        tuple((".".join(jump.sequence), f"{jump.before:,}", f"{jump.after:,}") for jump in found.jumps),
        numeric=2,
        note="No transaction takes a sequence back: what it gives next has a gap, nothing else.",
        aside=True,
    )


def _share(equal: int, all_: int) -> str:
    """Rounded down: 100 is said only where nothing differs."""
    return f"{equal * 1000 // all_ / 10 if all_ else 100.0:.1f}"


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def as_json(verification: Verification) -> dict[str, object]:
    """The verification as machines read it."""
    compared = comparison_json(Comparison(verification.changes, verification.parity))
    told = msgspec.to_builtins(msgspec.structs.replace(verification, changes=(), parity=()))
    return {"good": verification.good, **told, "changes": compared["changes"], "parity": compared["parity"]}
