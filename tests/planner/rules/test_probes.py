"""Every change that the catalog's probes make to a type is planned, there and back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from seachange.catalog.catalog import Catalog
from seachange.planner import plan
from tests.catalog.probes import HERE, Probes, probes
from tests.planner.converging import catalog, left, run, said
from tests.planner.rules import Databases
from tests.plugins.servers import Server

FILES = ("types.sql",)
UNWANTED = frozenset({"shell operator by a forward reference"})
"""States that nobody wants to come back to: an operator that is not defined yet."""


@pytest.mark.parametrize("file", FILES)
def test_there_and_back(file: str, server: Server, databases: Databases) -> None:
    """One database makes the changes itself; the other is brought after it, step by step, and all the way back."""
    leading, following = databases(2)
    there = list(_states(leading, probes(HERE / file), server.major))
    back = [state for state in reversed(there) if state[0] not in UNWANTED]
    for title, wanted in (*there, *back):
        _follow(title, following, wanted)


def _states(conninfo: str, script: Probes, major: int) -> Iterator[tuple[str, Catalog]]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.setup.encode())
        yield "setup", catalog(conninfo)
        for probe in script.probes:
            if probe.fits(major):
                session.execute(probe.sql.encode())
                yield probe.title, catalog(conninfo)


def _follow(title: str, conninfo: str, wanted: Catalog) -> None:
    before = catalog(conninfo)
    made = plan(before, wanted)
    run(made, conninfo)
    assert left(conninfo, before, wanted) == [], f"{title}\n{said(made)}"
