"""A verification arranged for people: what was examined, what of it failed, and what could not be examined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from seachange.compare.change import Change, verb
from seachange.compare.report import share, total
from seachange.report import Figure, Table
from seachange.verify.verification import Aspect, Jump, Outcome, Probe, Rows, Since, Verification

DIFFERS = {"create": "missing", "drop": "extra", "alter": "altered"}
SINCE = {Since.INTRODUCED: "introduced", Since.INHERITED: "inherited", Since.UNKNOWN: "not known"}


def verdict(verification: Verification) -> str:
    """One sentence for each of what was compared and what was tried."""
    _, all_ = total(verification.parity)
    differ = len(verification.changes)
    parity = f"{differ:,} of {all_:,} facts differ" if differ else f"all {all_:,} facts are as desired"
    return f"{parity.capitalize()}. {probed(verification)}"


def probed(verification: Verification) -> str:
    """How many probes were made, and how they ended."""
    counts = Counter(probe.outcome for probe in verification.probes)
    examined = counts[Outcome.PASSED] + counts[Outcome.FAILED]
    if not verification.probes:
        return "No probes were made."
    since = Counter(probe.since for probe in verification.failed)
    failed = ", ".join(f"{since[each]:,} {word}" for each, word in SINCE.items() if since[each])
    said = f" ({failed})" if failed else ""
    return (
        f"Of {examined:,} probes {counts[Outcome.PASSED]:,} passed and {counts[Outcome.FAILED]:,} failed{said}; "
        f"{counts[Outcome.NOT_EXAMINABLE]:,} could not be made."
    )


def figures(verification: Verification) -> Iterator[Figure]:
    """What counts, each with what it is counted of."""
    if verification.parity:
        equal, all_ = total(verification.parity)
        yield Figure("facts as desired", share(equal, all_), note=f"{equal:,} of {all_:,}")
    counts = Counter(probe.outcome for probe in verification.probes)
    if verification.probes:
        examined = counts[Outcome.PASSED] + counts[Outcome.FAILED]
        yield Figure("probes passed", f"{counts[Outcome.PASSED]:,}", note=f"of {examined:,} that were made")
        since = Counter(probe.since for probe in verification.failed)
        note = f"{since[Since.INTRODUCED]:,} introduced, {since[Since.INHERITED]:,} inherited"
        yield Figure("probes failed", f"{counts[Outcome.FAILED]:,}", note=note)
        yield Figure("not examinable", f"{counts[Outcome.NOT_EXAMINABLE]:,}", note=f"of {len(verification.probes):,}")


def sections(verification: Verification) -> Iterator[Table]:
    """All but parity; what differs and what failed comes first, and what would be empty is left out."""
    if verification.changes:
        yield differing(verification.changes)
    if verification.failed:
        yield faults(verification.failed)
    if verification.probes:
        yield probes(verification.probes)
    if verification.rows:
        yield _rows(verification.rows)
    if out := tuple(probe for probe in verification.probes if probe.outcome is Outcome.NOT_EXAMINABLE):
        yield _not_examinable(out)
    if verification.jumps:
        yield _jumps(verification.jumps)


def differing(changes: Iterable[Change]) -> Table:
    """What is not as desired, a row each."""
    rows = tuple((DIFFERS[verb(change)], change.ref.kind, _name(change.ref.names)) for change in changes)
    return Table("What still differs", ("", "kind", "object"), rows)


def faults(failed: Iterable[Probe]) -> Table:
    """Probes that failed: those first that the change has brought."""
    order = tuple(SINCE)
    rows = tuple(
        (SINCE[probe.since], str(probe.about), _aspect(probe), probe.code, probe.said)
        for probe in sorted(failed, key=lambda probe: (order.index(probe.since), str(probe.about)))
    )
    note = "inherited: the same probe failed before; not known: nobody looked before."
    return Table(
        "Probes that failed", ("since", "object", "what it should do", "SQLSTATE", "what happened"), rows, note=note
    )


def probes(made: Iterable[Probe]) -> Table:
    """Probes by what they look at; what was examined is what passed and what failed."""
    counts = Counter((probe.aspect, probe.outcome, probe.since) for probe in made)
    rows = tuple(
        _counted(aspect.value, [(key[1], key[2], count) for key, count in counts.items() if key[0] is aspect])
        for aspect in Aspect
        if any(key[0] is aspect for key in counts)
    )
    all_ = _counted("all", [(outcome, since, count) for (_, outcome, since), count in counts.items()])
    columns = ("what is probed", "examined", "passed", "introduced", "inherited", "not known since when")
    return Table("Probes", (*columns, "not examinable"), (*rows, all_), numeric=6, note=PROBED)


PROBED = "examined: passed and failed.  What failed is introduced, inherited, or nobody knows since when."


def _counted(label: str, counts: Iterable[tuple[Outcome, Since, int]]) -> tuple[str, ...]:
    found: Counter[Outcome] = Counter()
    failed: Counter[Since] = Counter()
    for outcome, since, count in counts:
        found[outcome] += count
        if outcome is Outcome.FAILED:
            failed[since] += count
    examined = found[Outcome.PASSED] + found[Outcome.FAILED]
    numbers = (examined, found[Outcome.PASSED], *(failed[since] for since in SINCE), found[Outcome.NOT_EXAMINABLE])
    return (label, *(f"{number:,}" for number in numbers))


def _not_examinable(out: Iterable[Probe]) -> Table:
    rows = tuple((str(probe.about), _aspect(probe), probe.said) for probe in out)
    return Table("Not examinable", ("object", "what it should do", "why not"), rows, aside=True)


def _rows(rows: Iterable[Rows]) -> Table:
    return Table(
        "Rows",
        ("table", "checksum", "rows here", "rows desired"),
        tuple((_name(one.table), _same(one), f"{one.rows:,}", _count(one.desired)) for one in rows),
        numeric=2,
        note="checksum: of all rows of both sides, whatever their order.",
        aside=True,
    )


def _same(one: Rows) -> str:
    return {True: "the same", False: "not the same", None: "not compared"}[one.same]


def _count(count: int | None) -> str:
    return "not counted" if count is None else f"{count:,}"


def _jumps(jumps: Iterable[Jump]) -> Table:
    return Table(
        "Sequences that the probes moved",
        ("sequence", "before", "after"),
        tuple((_name(jump.sequence), f"{jump.before:,}", f"{jump.after:,}") for jump in jumps),
        numeric=2,
        note="What a sequence has given is not taken back with a transaction: its next value has a gap, nothing else.",
        aside=True,
    )


def _aspect(probe: Probe) -> str:
    return f"{probe.aspect.value} ({probe.case})" if probe.case else probe.aspect.value


def _name(names: Iterable[str]) -> str:
    return ".".join(names)
