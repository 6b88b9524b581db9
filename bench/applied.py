"""What is measured of applying: a plan from nothing beside psql, what a step costs besides its statement, backfills."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

from bench.child import Command, Failed, Run, race
from bench.databases import Databases
from bench.figures import Figure
from bench.generate import Size
from bench.peers import NEWEST
from seachange.postgres.installation import program

FROM_NOTHING = 1.4
OWN = 0.004
"""Seconds."""
SHARE = 1 / 0.8
RATE = 200_000
CHANGED = """
do $$
declare t regclass;
begin
  for t in select oid from pg_class where relkind = 'r' and oid >= 16384 order by oid loop
    execute format('alter table %s add column added_by_bench int', t);
  end loop;
end $$
"""


def from_nothing(databases: Databases, size: Size, rounds: int) -> Figure:
    """The whole of `seachange apply`, which reads before and after, beside psql with what pg_dump has written."""
    wanted = databases.of(size)
    with tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder:
        plan, dump = Path(folder, "plan"), Path(folder, "dump.sql")
        seachange = [sys.executable, "-m", "seachange"]
        dumped = [str(program("pg_dump", NEWEST)), "--schema-only", f"--file={dump}", f"--dbname={wanted.conninfo}"]
        empty = databases.empty().conninfo
        for command in (dumped, [*seachange, "plan", "--no-rehearse", "--to", str(plan), empty, wanted.conninfo]):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        best: dict[str, Run] = {}
        for _ in range(rounds):
            apply = [*seachange, "apply", str(plan), databases.empty().conninfo, "--yes-to", "all", "--backup", "none"]
            psql = [str(program("psql", NEWEST)), "-Xq", "-v", "ON_ERROR_STOP=1", f"--file={dump}"]
            best |= _raced({"apply": apply, "psql": [*psql, "-d", databases.empty().conninfo]}, best)
    return Figure(f"apply {wanted} from nothing", best["apply"].seconds / best["psql"].seconds, "psql -f", FROM_NOTHING)


def _raced(commands: Mapping[str, Command], best: Mapping[str, Run]) -> dict[str, Run]:
    runs, failed = race(commands, 1)
    if failed:
        raise Failed(*failed.values())
    return {name: min(now, best.get(name, now)) for name, now in runs.items()}


def each_step(databases: Databases, size: Size) -> Figure:
    """The median over a column for each table, each in a transaction of its own."""
    current, desired = databases.another(size), databases.another(size)
    with psycopg.connect(desired.conninfo) as session:
        session.execute(CHANGED.encode())
    told = _told("bench.applying", current.conninfo, desired.conninfo)
    return Figure("a step besides its statement, median", told["own"] / OWN, "4 ms", 1)


def backfilling(databases: Databases, rows: int, rounds: int) -> Iterator[Figure]:
    """A table filled, and another one like it updated by ranges of its key."""
    told = _told("bench.backfilling", databases.empty().conninfo, str(rows), str(rounds))
    yield Figure(f"backfill {rows:,} rows", told["fill"] / told["direct"], "direct update", SHARE)
    yield Figure("backfill a row", told["fill"] / rows * RATE, f"1/{RATE:,} s", 1)
    yield Figure("update a row directly", told["direct"] / rows * RATE, f"1/{RATE:,} s")


def _told(module: str, *arguments: str) -> Mapping[str, float]:
    command = [sys.executable, "-m", module, *arguments]
    told: Mapping[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return told
