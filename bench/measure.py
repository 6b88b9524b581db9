"""What is measured: reading, comparing, looking again, and starting."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from math import log
from pathlib import Path

from bench.child import Failed, Run, python, race, run
from bench.databases import Database, reading
from bench.figures import Figure, Point
from bench.peers import Peer
from bench.proxy import counted

SEACHANGE, TOKEN = "seachange", "token"
LOOK = """
from seachange.postgres.connection import connected
from seachange.postgres.token import token
with connected({conninfo!r}) as connection:
    token(connection)
"""
LOOKING = 1 / 5
ROUND_TRIPS = 4
MEMORY = 350e6
COMPARING = 0.25
STARTING = 3
STARTS = 20
LINEAR = 1.1
"""A power that noise may make of 1."""


def read(database: Database, peers: Sequence[Peer], rounds: int) -> tuple[dict[str, Run], dict[str, str]]:
    """The best reading by us and by each peer, and our look whether anything has moved; and why some have none."""
    with tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder:
        commands = {peer.name: peer.reading(database.conninfo, Path(folder, peer.name)) for peer in peers}
        look = python(LOOK.format(conninfo=database.conninfo))
        return race({SEACHANGE: reading(database.conninfo), **commands, TOKEN: look}, rounds)


def shares(database: Database, runs: Mapping[str, Run], limits: Mapping[str, float]) -> Iterator[Figure]:
    """Our reading as a share of each peer's, and looking again as a share of our reading."""
    ours = runs[SEACHANGE].seconds
    for name, theirs in runs.items():
        if name == TOKEN:
            yield Figure(f"has anything moved in {database}?", theirs.seconds / ours, "our read", LOOKING)
        elif name != SEACHANGE:
            yield Figure(f"read {database}", ours / theirs.seconds, name, limits.get(name))


def memory(database: Database, runs: Mapping[str, Run]) -> Iterator[Figure]:
    """The most that each process held at a time."""
    for name, one in runs.items():
        if name != TOKEN:
            limit = 1.0 if name == SEACHANGE else None
            yield Figure(f"peak memory of {name}, {database}", one.memory / MEMORY, "350 MB", limit)


def round_trips(database: Database, peers: Sequence[Peer]) -> Iterator[Figure]:
    """How often each waits for the server, connecting included."""
    us = Peer(SEACHANGE, lambda conninfo, file: reading(conninfo))
    with tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder:
        for peer in (us, *peers):
            with counted(database.conninfo) as here:
                run(peer.reading(here.conninfo, Path(folder, peer.name)))
            yield Figure(f"{peer.name} reads", here.turns, "round trip", ROUND_TRIPS if peer is us else None)


def comparing(current: Database, desired: Database) -> Figure:
    """Two catalogs that were read before, in one process."""
    command = [sys.executable, "-m", "bench.comparing", current.conninfo, desired.conninfo]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    name = f"compare two of {current} that differ in {found['changes']}"
    return Figure(name, found["seconds"] / COMPARING, "0.25 s", 1)


def starting() -> tuple[list[Figure], dict[str, str]]:
    """Beside the least that the same interpreter can do."""
    command = "seachange --version"
    script = str(Path(sys.executable).with_name(SEACHANGE))
    runs, failed = race({command: [script, "--version"], "bare": python("pass")}, STARTS)
    if failed:
        return [], failed
    return [Figure(command, runs[command].seconds / runs["bare"].seconds, "python -c pass", STARTING)], {}


def curve(databases: Mapping[str, Database], rounds: int) -> tuple[Point, ...]:
    """A point for each size."""
    runs, failed = race({size: reading(database.conninfo) for size, database in databases.items()}, rounds)
    if failed:
        raise Failed(*failed.values())
    return tuple(Point(size, databases[size].facts, one.seconds) for size, one in runs.items())


def linear(points: Sequence[Point]) -> Figure:
    """The power of the facts that time grows with, between the two largest sizes: a process has started long before."""
    *_, large, largest = points
    power = log(largest.seconds / large.seconds) / log(largest.facts / large.facts)
    return Figure(f"time from {large.facts:,} to {largest.facts:,}", power, "power of facts", LINEAR)
