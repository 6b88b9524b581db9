"""Every change that a comparison sees can be planned, undone and made again, on every version that has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.errors import NotPlanned
from seachange.planner import plan
from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE, Probes, probes, stage
from tests.planner.converging import catalog, left, run, said
from tests.plugins.servers import Server

READY = ("routines",)


@pytest.mark.parametrize("path", [HERE / f"{name}.sql" for name in READY], ids=READY)
def test_back_and_forth(path: Path, server: Server, scratch: Scratch) -> None:
    script = probes(path)
    with stage(script, server, scratch) as conninfo:
        states = list(_states(conninfo, script, server.major))
        back = list(_wrong(conninfo, [(title, before) for title, before, _ in reversed(states)]))
        forth = list(_wrong(conninfo, [(title, after) for title, _, after in states]))
    assert (back, forth) == ([], [])


def _states(conninfo: str, script: Probes, major: int) -> Iterator[tuple[str, Catalog, Catalog]]:
    """The catalogs before and after each probe that is seen."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.setup.encode())
        before = catalog(conninfo)
        for probe in script.probes:
            if probe.fits(major):
                session.execute(probe.sql.encode())
                after = catalog(conninfo)
                yield probe.title, before, after
                before = after


def _wrong(conninfo: str, aims: Sequence[tuple[str, Catalog]]) -> Iterator[str]:
    """Go from each state to the next; what could not be planned or run, or still differs."""
    for title, wanted in aims:
        current = catalog(conninfo)
        try:
            made = plan(current, wanted)
            run(made, conninfo)
        except (NotPlanned, AssertionError) as error:
            yield f"{title}: {error}"
            continue
        if differing := left(conninfo, current, wanted):
            yield f"{title}: {', '.join(differing)}\n{said(made)}"
