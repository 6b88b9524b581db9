"""How long writers wait while a plan is run, online and plain, in one run.  `python -m bench.stalls [ROWS [NAME ...]]`.

With techniques named, only these are measured anew and put among the results that are there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo
from tests.servers import found

from bench.techniques import TECHNIQUES, Technique, events
from seachange import compare, read
from seachange.plan import Group, Plan
from seachange.planner import Wishes, plan
from seachange.postgres import databases
from seachange.postgres.server import running
from seachange.postgres.sizes import measured
from seachange.step import Way

HERE = Path(__file__).parent
ROWS = 2_000_000
QUIET = 2.0
"""Seconds that the writers are watched before anything is changed."""
WAIT = "50ms"
"""How long a transaction of an online plan waits for a lock before it lets others pass."""
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds before it tries again; the last for all further times."""
AGAIN = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
TRIES = 100
SESSION = "SET search_path = ''; SET check_function_bodies = off; SET client_min_messages = warning"
FORMS = {"online": Wishes(), "plain": Wishes(online=False)}


class Stall(msgspec.Struct, frozen=True):
    """The worst waits of a writer in milliseconds, before and during a plan, and how many seconds the plan took.

    `left` counts what still differs from the desired state afterwards, `failed` the statements that were refused.
    """

    base: float
    worst: float
    seconds: float
    left: int = 0
    failed: int = 0


Results = dict[str, dict[str, Stall | str]]
"""What each technique gave in both forms; where it could not be run, the reason."""


def main(arguments: Sequence[str]) -> None:
    rows = int(arguments[0]) if arguments else ROWS
    file = HERE / "stalls.json"
    results: Results = msgspec.json.decode(file.read_bytes(), type=Results) if arguments[1:] else {}
    have = found()
    installation = have[max(have)]
    with running(installation) as server:
        _create(server, "bare", "template0", events(rows, filled=False))
        _create(server, "current", "template0", events(rows, filled=True), "VACUUM ANALYZE")
        for technique in TECHNIQUES:
            if arguments[1:] and technique.name not in arguments[1:]:
                continue
            results[technique.name] = {form: _tried(server, technique, form, rows) for form in FORMS}
            print(technique.name, results[technique.name], flush=True)
            (HERE / "STALLS.md").write_text(page(results, rows, installation.version))
            file.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")


def page(results: Mapping[str, Mapping[str, Stall | str]], rows: int, version: str) -> str:
    """The results as a table."""
    lines = [
        "# How long writers wait",
        "",
        f"Measured by `python -m bench.stalls` on PostgreSQL {version}: two writers, about 200 statements a second in "
        f"all, on a table of {rows:,} rows. The worst wait of a single statement in milliseconds while the online and "
        "while the plain form of the same plan runs, each beside the worst of the two seconds before (base), and the "
        "seconds that the plan takes. The machine had other work as well.",
        "",
        "| technique | online | base | seconds | plain | base | seconds |",
        "| -- | --: | --: | --: | --: | --: | --: |",
    ]
    for name, forms in results.items():
        lines.append(f"| {name} | {' | '.join(_cells(forms[form]) for form in FORMS)} |")
    return "\n".join(lines) + "\n"


def _cells(stall: Stall | str) -> str:
    if isinstance(stall, str):
        return f"{stall} | | "
    remarks = [f"{stall.failed} refused"] * bool(stall.failed) + [f"{stall.left} left"] * bool(stall.left)
    worst = f"{stall.worst:.0f}" + (f" ({', '.join(remarks)})" if remarks else "")
    return f"{worst} | {stall.base:.0f} | {stall.seconds:.1f}"


def _tried(server: str, technique: Technique, form: str, rows: int) -> Stall | str:
    """One technique in one form, on databases of its own; where it cannot be run, the reason."""
    try:
        current = _create(server, "tried", "current", "CHECKPOINT")
        desired = _create(server, "desired", "bare", technique.change)
        wanted = read(desired)
        made = plan(read(current), wanted, FORMS[form], measured(current).sizes)
        stall = _stall(made, current, technique.target, rows)
        return msgspec.structs.replace(stall, left=len(compare(read(current), wanted).changes))
    except psycopg.Error as error:
        return str(error).splitlines()[0]


def _stall(made: Plan, conninfo: str, target: str, rows: int) -> Stall:
    with _writers(conninfo, target, rows) as told:
        time.sleep(QUIET)
        began = time.time()
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(SESSION)
            for group in made.groups:
                _send(session, group, patient=not made.online)
        ended = time.time()
        time.sleep(QUIET / 4)
    samples, failures = told["samples"], told["failures"]
    base = _worst((start, end) for start, end in samples if end < began)
    worst = _worst((start, end) for start, end in samples if start < ended and end > began)
    return Stall(base, worst, ended - began, failed=len(failures))


def _worst(samples: Iterable[tuple[float, float]]) -> float:
    return max(((end - start) * 1000 for start, end in samples), default=0.0)


def _send(session: psycopg.Connection[tuple[object, ...]], group: Group, *, patient: bool) -> None:
    """A transaction that gets a lock not soon enough lets the others pass and tries again."""
    if group.way is Way.ALONE:
        session.execute(group.steps[0].sql.encode())
        return
    for number in range(TRIES):
        try:
            with session.transaction():
                session.execute(f"SET LOCAL lock_timeout = '{0 if patient else WAIT}'".encode())
                for step in group.steps:
                    session.execute(step.sql.encode())
            return
        except AGAIN:
            if patient or number == TRIES - 1:
                raise
            time.sleep(PAUSES[min(number, len(PAUSES) - 1)])


@contextmanager
def _writers(conninfo: str, target: str, rows: int) -> Iterator[dict[str, list[tuple[float, float]]]]:
    """Writers at work; afterwards what they have to tell."""
    command = [sys.executable, "-m", "bench.writing", conninfo, target, str(rows)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    told: dict[str, list[tuple[float, float]]] = {}
    assert child.stdout is not None
    child.stdout.readline()
    try:
        yield told
    finally:
        output, _ = child.communicate("")
    told.update(json.loads(output))


def _create(server: str, name: str, template: str, *statements: str) -> str:
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        databases.create(session, name, template, by_file=True)
    conninfo = make_conninfo(server, dbname=name)
    with psycopg.connect(conninfo, autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())
    return conninfo


if __name__ == "__main__":
    main(sys.argv[1:])
