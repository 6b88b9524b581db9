"""Backfills one table, and another one like it by direct updates of ranges of its key: seconds of both, as JSON."""

from __future__ import annotations

import json
import sys
import time

import psycopg
from tests.apply.running import running

from seachange.apply.filling import fill
from seachange.apply.terms import Terms
from seachange.step import Fill, Stage, Step, Way

RANGE = 20_000
"""Rows of one direct update: it takes about as long as a batch may."""
MADE = """
drop table if exists {table};
create table {table} (id bigint primary key, customer bigint, amount int, note text, filled bigint);
insert into {table} select n, n % 1000, n % 97, 'note number ' || n from generate_series(1, {rows}) n;
vacuum analyze {table};
checkpoint
"""
VALUE = "customer * 2"
PENDING = "filled is null and not customer is null"


def main(conninfo: str, rows: int, rounds: int) -> None:
    best = {"direct": float("inf"), "fill": float("inf")}
    for _ in range(rounds):
        best["direct"] = min(best["direct"], _direct(conninfo, rows))
        best["fill"] = min(best["fill"], _fill(conninfo, rows))
    print(json.dumps(best))


def _made(conninfo: str, table: str, rows: int) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statement in MADE.format(table=table, rows=rows).split(";"):
            session.execute(statement.encode())


def _direct(conninfo: str, rows: int) -> float:
    """As fast as it goes: each range is a transaction of its own, with no pause between them."""
    _made(conninfo, "direct", rows)
    with psycopg.connect(conninfo, autocommit=True) as session:
        began = time.perf_counter()
        for last in range(0, rows, RANGE):
            session.execute(
                f"update direct set filled = {VALUE} where id > {last} and id <= {last + RANGE} and {PENDING}".encode()
            )
        return time.perf_counter() - began


def _fill(conninfo: str, rows: int) -> float:
    """With checkpoints, pauses and a last look at whether anything was left out, as `apply` has it."""
    _made(conninfo, "filled", rows)
    step = Step(
        sql="", stage=Stage.DATA, way=Way.ALONE, fill=Fill(("public", "filled"), ("id",), "filled", VALUE, PENDING)
    )
    with running(conninfo, Terms()) as work:
        began = time.perf_counter()
        assert fill(work, 1, step) == rows
        return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
