"""A database beside what was made of it: its snapshot and its dumps, which must all hold the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from seachange import compare, read
from seachange.catalog.catalog import Catalog
from seachange.catalog.snapshot import dump, load
from seachange.compare.change import Alter
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.installation import program
from tests.catalog.probes import line
from tests.plugins.servers import Server

ALL = os.environ.get("SEACHANGE_TESTS") == "all"
"""Whether every case is run on every version, which takes half an hour."""
FORMATS = ("custom", "plain")


def catalog(conninfo: str) -> Catalog:
    """What the database holds."""
    with connected(conninfo) as connection:
        return extract(connection)


def complaints(conninfo: str, server: Server, folder: Path, formats: Iterable[str] = FORMATS) -> list[str]:
    """All that is wrong with reading this database: what nobody claims, and where its mirrors differ from it."""
    original = catalog(conninfo)
    found = [finding.message for finding in original.origin.findings if finding.check == "unclaimed"]
    mirrors = {"itself": catalog(conninfo), "its snapshot": load(dump(original))}
    mirrors |= {f"its {form} dump": _dumped(conninfo, server, folder, form) for form in formats}
    for name, mirror in mirrors.items():
        found.extend(f"{name}: {difference}" for difference in _differences(original, mirror))
    return [*found, *_asked_singly(original)]


def _asked_singly(original: Catalog) -> Iterator[str]:
    """The objects of which asking for their edges alone tells another story than all edges do."""
    single, links = original.links.single, original.links
    assert single is not None
    for ref in {ref for edge in links.all for ref in (edge.user, edge.used)}.union(original.facts):
        if set(single.of_user(ref)) != set(links.of_user(ref)) or set(single.of_used(ref)) != set(links.of_used(ref)):
            yield f"other dependencies of {ref} alone"


def _differences(original: Catalog, mirror: Catalog) -> Iterator[str]:
    """pg_dump does not tell which version of an extension is there."""
    for change in compare(original, mirror).changes:
        if not (mirror.origin.made and isinstance(change, Alter) and change.fields == ("version",)):
            yield line(change)
    if original.edges != mirror.edges and not mirror.origin.made:
        yield "other dependencies"


def _dumped(conninfo: str, server: Server, folder: Path, form: str) -> Catalog:
    path = folder / f"dump.{'sql' if form == 'plain' else form}"
    path.unlink(missing_ok=True)
    options = ("--create", f"--format={form}", f"--file={path}", "--dbname", conninfo)
    own = server.installation.bin / "pg_dump"
    command = (str(own if own.exists() else program("pg_dump", server.major)), *options)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return read(str(path), scratch=server.conninfo)
