"""`python -m bench` measures everything and writes it down.

`--quick` measures less and only shows it; `--long` has pg-delta plan the large database, which takes it minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markdown import Markdown
from tests.servers import found
from tests.servers.install import NotToBeHad, install

from bench import applied, measure, planned, reading
from bench.adapting import adapting
from bench.databases import Databases
from bench.figures import Results, markdown
from bench.generate import Size
from bench.linting import linting
from bench.peers import NEWEST, peers
from bench.verifying import verifying
from seachange.postgres.server import Installation, running

HERE = Path(__file__).parent


class Scale(msgspec.Struct, frozen=True):
    """How much is measured, and how often."""

    small: Size
    large: Size
    curve: tuple[Size, ...]
    rounds: int
    peer: Size
    """What pg-delta plans, which takes it more than twice as long for twice as much."""
    rows: int = 1_000_000


SMALL, LARGE = Size(40, 15, 8), Size(20, 250, 20)
FULL = Scale(
    SMALL,
    LARGE,
    (SMALL, Size(5, 250, 20), Size(10, 250, 20), LARGE, Size(56, 250, 20)),
    rounds=3,
    peer=Size(5, 250, 20),
)
LONG = msgspec.structs.replace(FULL, peer=LARGE)
QUICK = Scale(SMALL, Size(5, 250, 20), (SMALL, Size(5, 250, 20), Size(10, 250, 20)), rounds=1, peer=SMALL, rows=100_000)
MORE = 2
"""So many more rounds where they take little time, and noise much of it."""
HALF, THIRD = {"pg-delta": 1 / 2, "pg_dump": 1 / 2}, {"pg-delta": 1 / 3, "pg_dump": 1 / 3}
"""The share of a peer's time that reading a small and a large database may take."""


def main(arguments: list[str]) -> None:
    scales = {(): FULL, ("--quick",): QUICK, ("--long",): LONG}
    if (scale := scales.get(tuple(arguments))) is None:
        sys.exit("usage: python -m bench [--quick | --long]")
    installation = newest()
    with running(installation) as server:
        results = measured(Databases(server), installation.version, scale)
    page = markdown(results)
    Console().print(Markdown(page))
    if scale is not QUICK:
        (HERE / "RESULTS.md").write_text(page)
        (HERE / "results.json").write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")


def newest() -> Installation:
    """The version that all is measured on, installed if need be, or the newest that this machine has."""
    try:
        install(NEWEST)
    except NotToBeHad as reason:
        print(f"PostgreSQL {NEWEST}: {reason}", file=sys.stderr)
    have = found()
    return have[max(have)]


def measured(databases: Databases, server: str, scale: Scale) -> Results:
    had, missing = peers()
    small, large = databases.of(scale.small), databases.of(scale.large)
    fast, failed_fast = measure.read(small, had, scale.rounds + MORE)
    slow, failed_slow = measure.read(large, had, scale.rounds)
    points = measure.curve({str(size): databases.of(size) for size in scale.curve}, scale.rounds)
    figures = (
        *measure.shares(small, fast, HALF),
        *measure.shares(large, slow, THIRD),
        measure.comparing(large, databases.changed(scale.large)),
        *measure.round_trips(small, [peer for peer in had if peer.name in fast]),
        *measure.memory(large, slow),
        measure.linear(points),
    )
    planning, growth = planned.curve(databases, scale.curve)
    figures = (
        *figures,
        *planned.from_nothing(databases, scale.large, scale.peer),
        growth,
        planned.five(databases, scale.large),
        planned.loading(databases, scale.small, scale.rounds),
        planned.rehearsing(databases, scale.small),
        verifying(databases, scale.small),
        *reading.scripts(scale.rounds),
        applied.from_nothing(databases, scale.small, scale.rounds),
        applied.each_step(databases, scale.small),
        *applied.backfilling(databases, scale.rows, scale.rounds),
        *linting(),
        *adapting(small.conninfo),
    )
    started, failed_start = measure.starting()
    return Results(
        server,
        figures=(*figures, *started),
        curve=points,
        planning=planning,
        missing=missing | failed_fast | failed_slow | failed_start,
        seconds={
            f"{name}, {database}": run.seconds
            for database, runs in ((small, fast), (large, slow))
            for name, run in runs.items()
        },
    )


if __name__ == "__main__":
    main(sys.argv[1:])
