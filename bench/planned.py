"""What is measured of planning: from nothing beside pg-delta, along a curve, a small change, running and rehearsing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from math import log
from pathlib import Path

import msgspec

from bench.child import Command, Failed, Run, race
from bench.databases import Database, Databases
from bench.figures import Figure, Point
from bench.generate import Size
from bench.peers import NEWEST, pg_delta_plans
from seachange.postgres.installation import program

FROM_NOTHING = 1 / 15
FIVE = 0.3
MEMORY = 1e9
LINEAR = 1.15
"""A power that stands for n log n between sizes that are a small multiple of each other."""
LOADING = 1.3
REHEARSING = 2.0
PATIENCE = 240
"""Seconds that a peer may take to plan the large database."""


class Planned(msgspec.Struct, frozen=True):
    """What the process that plans tells."""

    seconds: float
    steps: int
    memory: float = 0


def from_nothing(databases: Databases, size: Size, middle: Size) -> Iterator[Figure]:
    """Beside pg-delta; where that takes more than some minutes, on the size in the middle too."""
    empty, large = databases.empty(), databases.of(size)
    ours = planned(empty.conninfo, large.conninfo)
    yield Figure(f"peak memory of planning {large} from nothing", ours.memory / MEMORY, "1 GB", 1)
    try:
        theirs = _beside(empty, large)
        yield Figure(f"plan {large} from nothing", ours.seconds / theirs.seconds, "pg-delta", FROM_NOTHING)
    except Failed:
        name = f"plan {large} from nothing, pg-delta stopped after {PATIENCE} s: at most"
        yield Figure(name, ours.seconds / PATIENCE, "pg-delta", FROM_NOTHING)
        smaller = databases.of(middle)
        ratio = planned(empty.conninfo, smaller.conninfo).seconds / _beside(empty, smaller).seconds
        yield Figure(f"plan {smaller} from nothing", ratio, "pg-delta")


def five(databases: Databases, size: Size) -> Figure:
    """A change of five statements."""
    large, changed = databases.of(size), databases.changed(size)
    return Figure(f"plan 5 changes of {large}", planned(large.conninfo, changed.conninfo).seconds / FIVE, "0.3 s", 1)


def curve(databases: Databases, sizes: tuple[Size, ...]) -> tuple[tuple[Point, ...], Figure]:
    """A point for each size, and the power that time grows with between the two largest."""
    empty = databases.empty()
    points = tuple(
        Point(str(size), database.facts, planned(empty.conninfo, database.conninfo).seconds)
        for size in sizes
        for database in (databases.of(size),)
    )
    *_, large, largest = points
    power = log(largest.seconds / large.seconds) / log(largest.facts / large.facts)
    return points, Figure(f"planning time from {large.facts:,} to {largest.facts:,}", power, "power of facts", LINEAR)


def loading(databases: Databases, size: Size, rounds: int) -> Figure:
    """The SQL of a plan from nothing beside that of pg_dump, each run by psql in databases of its own."""
    small = databases.of(size)
    with tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder:
        planned(databases.empty().conninfo, small.conninfo, folder)
        dump = Path(folder, "dump.sql")
        command = [str(program("pg_dump", NEWEST)), "--schema-only", f"--file={dump}", f"--dbname={small.conninfo}"]
        subprocess.run(command, check=True)
        plan = sorted(file for file in Path(folder).iterdir() if file != dump)
        best: dict[str, Run] = {}
        for _ in range(rounds):
            for name, files in (("plan", plan), ("dump", [dump])):
                runs, failed = race({name: _psql(databases.empty().conninfo, files)}, 1)
                if failed:
                    raise Failed(*failed.values())
                best[name] = min(runs[name], best.get(name, runs[name]))
    return Figure(f"run the plan of {small} from nothing", best["plan"].seconds / best["dump"].seconds, "dump", LOADING)


def rehearsing(databases: Databases, size: Size) -> Figure:
    """A change of five statements, with a copy that was kept from before."""
    small, changed = databases.of(size), databases.changed(size)
    told = _told([sys.executable, "-m", "bench.rehearsing", small.conninfo, changed.conninfo])
    return Figure(f"rehearse 5 changes of {small}", float(told["seconds"]) / REHEARSING, "2 s", 1)


def planned(current: str, desired: str, folder: str = "") -> Planned:
    """Our planning, in a process of its own."""
    command = [sys.executable, "-m", "bench.planning", current, desired, *([folder] if folder else [])]
    return msgspec.convert(_told(command), Planned)


def _beside(current: Database, desired: Database) -> Planned:
    return msgspec.convert(_told(pg_delta_plans(current.conninfo, desired.conninfo), PATIENCE), Planned)


def _told(command: Command, patience: float | None = None) -> Mapping[str, float]:
    try:
        done = subprocess.run(command, capture_output=True, timeout=patience, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as reason:
        raise Failed(str(reason)) from reason
    told: Mapping[str, float] = json.loads(done.stdout)
    return told


def _psql(conninfo: str, files: list[Path]) -> Command:
    options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo]
    return [str(program("psql", NEWEST)), *options, *(f"--file={file}" for file in files)]
