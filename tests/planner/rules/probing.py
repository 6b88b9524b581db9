"""There and back: the changes of the probes, undone and done again by plans."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

import psycopg

from seachange.catalog.catalog import Catalog
from seachange.compare import changes
from seachange.errors import SeachangeError
from seachange.planner import plan
from seachange.postgres.scratch import Scratch
from tests.catalog.probes import Probes, line, probes, stage
from tests.planner.converging import catalog, run, said
from tests.plugins.servers import Server


def complaints(path: Path, server: Server, scratch: Scratch, passed: Container[str] = ()) -> dict[str, list[str]]:
    """What goes wrong when plans undo each change of a file of probes, and do it again, by the probes' titles."""
    script = probes(path)
    with stage(script, server, scratch) as conninfo:
        return {title: wrong for title, wrong in _wrong(script, server, conninfo, passed) if wrong}


def _wrong(script: Probes, server: Server, conninfo: str, passed: Container[str]) -> Iterator[tuple[str, list[str]]]:
    cluster = "create tablespace" in "".join(probe.sql for probe in script.probes)
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.setup.encode())
        for probe in script.probes:
            before = catalog(conninfo, cluster=cluster)
            if probe.fits(server.major):
                try:
                    session.execute(probe.sql.encode())
                except psycopg.Error as error:
                    yield probe.title, [str(error)]
            if probe.title not in passed:
                after = catalog(conninfo, cluster=cluster)
                yield probe.title, [*gone_over(after, before, conninfo), *gone_over(before, after, conninfo)]


def gone_over(current: Catalog, desired: Catalog, conninfo: str) -> Iterator[str]:
    """What goes wrong when a plan leads from one state to another."""
    cluster = "role" not in desired.origin.silent
    try:
        made = plan(current, desired)
        run(made, conninfo)
    except (AssertionError, SeachangeError, LookupError) as error:
        yield repr(error)
        return
    left = [line(change) for change in changes(catalog(conninfo, cluster=cluster), desired)]
    if left:
        yield f"{left} is left after\n{said(made)}"
