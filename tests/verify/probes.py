"""Databases probed for what a catalog promises, and shorthand for what the probes showed."""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.catalog import Catalog
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.verify.behaviour import Behaviour, probe
from seachange.verify.verification import Outcome, Probe


def promised(conninfo: str) -> Catalog:
    """What a database promises as it is."""
    with connected(conninfo) as session:
        return extract(session)


def run(conninfo: str, script: str) -> None:
    with connected(conninfo) as session:
        session.execute(script.encode())


def probed(conninfo: str, catalog: Catalog | None = None, *, execute: bool = True) -> Behaviour:
    """A database probed for what `catalog` promises, or for what it promises itself."""
    with connected(conninfo) as session:
        return probe(session, catalog or extract(session), execute=execute, say=lambda now: None)


def told(probes: Iterable[Probe], outcome: Outcome) -> set[tuple[str, str, str]]:
    """Name, aspect and case of the probes that ended in one way."""
    return {(one.about.names[-1], one.aspect.name, one.case) for one in probes if one.outcome is outcome}


def failed(behaviour: Behaviour) -> set[tuple[str, str, str]]:
    return told(behaviour.probes, Outcome.FAILED)


def passed(behaviour: Behaviour) -> set[tuple[str, str, str]]:
    return told(behaviour.probes, Outcome.PASSED)


def unexamined(behaviour: Behaviour) -> set[tuple[str, str, str]]:
    return told(behaviour.probes, Outcome.NOT_EXAMINABLE)


def of(behaviour: Behaviour, name: str, aspect: str, case: str = "") -> Probe:
    """The one probe of an object."""
    (found,) = (
        one for one in behaviour.probes if (one.about.names[-1], one.aspect.name, one.case) == (name, aspect, case)
    )
    return found
