"""Behaviour probed: what is promised by a catalog is tried in a database, and all of it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table
from seachange.finding import Finding
from seachange.postgres.probing import Probing, Session
from seachange.postgres.supply import Supply
from seachange.verify import checks, tables
from seachange.verify.refusals import Bench
from seachange.verify.verification import Jump, Probe

Say = Callable[[str], None]


class Behaviour(msgspec.Struct, frozen=True):
    """What the probes showed, which sequences they moved, and what else came to light."""

    probes: tuple[Probe, ...] = ()
    jumps: tuple[Jump, ...] = ()
    findings: tuple[Finding, ...] = ()


def probe(session: Session, catalog: Catalog, *, execute: bool, say: Say) -> Behaviour:
    """Try in the database of `session` what `catalog` promises.  With `execute`, functions are called, too.

    Everything happens in transactions that are rolled back; only sequences move on, as they always do.  The session is
    in autocommit mode, and its role owns what it probes, or is a superuser.
    """
    probing = Probing(session)
    before = probing.sequences()
    supply = Supply(session, probing)
    found = tuple(_all(catalog, probing, supply, say))
    return Behaviour(
        probes=tuple(one for one in found if isinstance(one, Probe)),
        jumps=tuple(_jumps(before, probing.sequences())),
        findings=tuple(one for one in found if isinstance(one, Finding)),
    )


def _all(catalog: Catalog, probing: Probing, supply: Supply, say: Say) -> Iterator[Probe | Finding]:
    say("probing domains")
    with probing.aside():
        yield from checks.domains(catalog, probing)
    for table in catalog.of(Table):
        if table.bound is None:
            say(f"probing {table.ref}")
            with probing.aside(table.names[0]):
                supply.begin()
                yield from tables.examined(Bench(catalog, probing, supply), table)


def _jumps(before: dict[Path, int], after: dict[Path, int]) -> Iterator[Jump]:
    for sequence, last in sorted(after.items()):
        if last != before.get(sequence, last):
            yield Jump(sequence, before[sequence], last)
