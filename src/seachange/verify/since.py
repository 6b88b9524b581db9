"""Since when a fault is there, by what the same probe says of the state before, and of the desired one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.finding import Finding
from seachange.verify.verification import Aspect, Outcome, Probe, Since

OF_ROWS = frozenset({Aspect.IS_AHEAD, Aspect.ROWS_FIT})
"""Of rows a state says nothing."""
WRITTEN = frozenset({Aspect.IS_USABLE})
"""What a state says by itself, without a database that is built of it."""


class Earlier(msgspec.Struct, frozen=True):
    """The state before, and the probes that were made of it; `built`: in a database of its own."""

    catalog: Catalog
    probes: tuple[Probe, ...]
    built: bool
    findings: tuple[Finding, ...] = ()


def dated(probes: Iterable[Probe], earlier: Earlier) -> Iterator[Probe]:
    """The probes, each failed one with its time.  What could not be looked at before is of unknown age, unless what is
    probed was not there.
    """
    outcomes = {probe.key: probe.outcome for probe in earlier.probes}
    seen = frozenset(Aspect) - OF_ROWS if earlier.built else WRITTEN
    for probe in probes:
        if probe.outcome is Outcome.FAILED:
            known = probe.aspect in seen or probe.about not in earlier.catalog
            probe = msgspec.structs.replace(probe, since=_since(outcomes.get(probe.key)) if known else Since.UNKNOWN)
        yield probe


def is_new(probe: Probe) -> bool:
    """Whether it failed, and nothing excuses it so far that a state could excuse."""
    failed = probe.outcome is Outcome.FAILED and probe.since is not Since.INHERITED
    return failed and probe.aspect not in OF_ROWS | WRITTEN


def owed(probes: Iterable[Probe], model: Iterable[Probe]) -> Iterator[Probe]:
    """The probes.  Faults that the desired state has as well are inherited: they came with it; `model` are its probes."""
    there = frozenset(probe.key for probe in model if probe.outcome is Outcome.FAILED)
    for probe in probes:
        inherited = is_new(probe) and probe.key in there
        yield msgspec.structs.replace(probe, since=Since.INHERITED) if inherited else probe


def _since(outcome: Outcome | None) -> Since:
    match outcome:
        case Outcome.FAILED:
            return Since.INHERITED
        case Outcome.NOT_EXAMINABLE:
            return Since.UNKNOWN
        case _:
            return Since.INTRODUCED
