"""Behaviour probed: what is promised by a catalog is tried in a database, and all of it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, Trigger
from seachange.catalog.ref import Ref
from seachange.finding import Finding
from seachange.postgres import firing
from seachange.postgres import routines as postgres
from seachange.postgres.probing import Probing, Session
from seachange.postgres.supply import Supply
from seachange.sql.quote import unquoted
from seachange.verify import checks, policies, reach, routines, tables, triggers, views
from seachange.verify.refusals import Bench
from seachange.verify.scenes import scenes
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
    there = postgres.routines(probing)
    outside = reach.beyond(there.values())
    supply = Supply(session, probing, _quiet(catalog, outside))
    found = (
        *_row_security(catalog, probing, supply, say, execute=execute),
        *_tables(catalog, probing, supply, say, execute=execute),
        *_views(catalog, probing, say, execute=execute),
        *_routines(catalog, probing, supply, say, execute=execute),
    )
    return Behaviour(
        probes=tuple(one for one in found if isinstance(one, Probe)),
        jumps=tuple(_jumps(before, probing.sequences())),
        findings=tuple(one for one in found if isinstance(one, Finding)),
    )


def _tables(
    catalog: Catalog, probing: Probing, supply: Supply, say: Say, *, execute: bool
) -> Iterator[Probe | Finding]:
    there = firing.triggers(probing)
    say("probing domains")
    with probing.aside():
        yield from checks.domains(catalog, probing)
    for table in catalog.of(Table):
        if table.bound is None:
            say(f"probing {table.ref}")
            with probing.aside(table.names[0]):
                supply.begin()
                bench = Bench(catalog, probing, supply)
                yield from tables.examined(bench, table)
                yield from triggers.examined(bench, table.names, there, execute=execute)


def _row_security(catalog: Catalog, probing: Probing, supply: Supply, say: Say, *, execute: bool) -> Iterator[Probe]:
    """First all that needs settings which nobody has set yet."""
    for tried in (policies.unset, policies.examined):
        for scene in scenes(catalog, probing, supply, alone=execute):
            say(f"probing row security of {scene.table.ref}")
            with probing.aside(scene.table.names[0]):
                supply.begin()
                yield from tried(scene)


def _views(catalog: Catalog, probing: Probing, say: Say, *, execute: bool) -> Iterator[Probe]:
    say("reading views")
    with probing.aside():
        yield from views.examined(catalog, probing, execute=execute)


def _routines(catalog: Catalog, probing: Probing, supply: Supply, say: Say, *, execute: bool) -> Iterator[Probe]:
    there = postgres.routines(probing)
    say("looking at functions")
    with probing.aside():
        yield from routines.compiled(catalog, probing, there)
    if execute:
        say("calling functions")
        yield from routines.called(catalog, probing, supply, there)


def _quiet(catalog: Catalog, outside: Mapping[Ref, str]) -> frozenset[Path]:
    """Tables with a trigger whose function does what cannot be taken back."""
    names = {ref.names for ref in outside}
    return frozenset(one.names[:-1] for one in catalog.of(Trigger) if unquoted(one.function) in names)


def _jumps(before: dict[Path, int], after: dict[Path, int]) -> Iterator[Jump]:
    for sequence, last in sorted(after.items()):
        if last != before.get(sequence, last):
            yield Jump(sequence, before[sequence], last)
