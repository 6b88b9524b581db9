"""Runs killed in every way there is, and the same command again.  `python -m tests.apply.killing [TIMES]`.

What must be true afterwards: the database is in the desired state, no effect happened twice, no invalid index and
nothing of the work is left, and the ledger says what was done.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo

from seachange.plan import folder
from seachange.planner import Wishes, plan, remaining
from seachange.planner.undoing import take_back
from seachange.postgres import cluster
from seachange.postgres.account import account, environment
from seachange.postgres.extract import extract
from seachange.postgres.installation import Installation
from tests.servers import found

HERE = Path(__file__).parent
CURRENT, DESIRED = (HERE / "killed" / name for name in ("current.sql", "desired.sql"))
ROWS = 20_000
SETTINGS = (
    *("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal"),
    *("max_wal_senders=0", "autovacuum=off", "jit=off", "max_connections=40", "timezone=UTC"),
)
ONCE = "UPDATE shop.counter SET n = n + 1;\n"
"""A step that must happen once: added by hand, as people do."""
WAYS = ("client", "backend", "server")
MOST = 8
"""Times that the same command is given, before it is said that it does not go on."""


class Server:
    """A server that can be stopped in the middle of things, and started again."""

    def __init__(self, installation: Installation, home: Path) -> None:
        self._bin, self._home = cluster.programs(installation), home
        cluster.fill(home / "data", installation)
        self.start()

    def conninfo(self, database: str = "postgres") -> str:
        return make_conninfo(host=str(self._home), user="postgres", dbname=database)

    def start(self) -> None:
        options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"unix_socket_directories={self._home}"))
        self._control("start", "-w", "-l", str(self._home / "log"), "-o", options)

    def stop(self) -> None:
        """At once: what is in memory is lost, as when the machine goes down."""
        self._control("stop", "-m", "immediate")

    def _control(self, *arguments: str) -> None:
        who = account()
        subprocess.run(
            [str(self._bin / "pg_ctl"), "-D", str(self._home / "data"), *arguments],
            user=who.user,
            group=who.group,
            extra_groups=who.groups,
            env=environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def returns(self) -> None:
        """Wait until it takes connections again after a crash."""
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.conninfo()):
                return
            time.sleep(0.02)


@contextmanager
def server(installation: Installation) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="seachange-killing-", dir="/dev/shm") as name:
        home = Path(name)
        account().own(home)
        one = Server(installation, home)
        try:
            yield one
        finally:
            with suppress(subprocess.CalledProcessError):
                one.stop()


class Scene(msgspec.Struct, frozen=True):
    """A server, a database `base` to copy, and the plan for such a copy."""

    server: Server
    plan: Path
    steps: int


@contextmanager
def scene(installation: Installation) -> Iterator[Scene]:
    """All that a trial needs, made once."""
    with server(installation) as one, tempfile.TemporaryDirectory() as name:
        for database, script in (("base", CURRENT), ("wanted", DESIRED)):
            _create(one, database, "template0")
            with psycopg.connect(one.conninfo(database), autocommit=True) as session:
                session.execute(script.read_bytes())
        place = Path(name) / "plan"
        folder.write(place, _planned(one))
        stage = place / "07_data.mine.sql"
        stage.write_text(ONCE)
        yield Scene(one, place, sum(1 for _ in folder.load(place).plan.steps))


def _planned(one: Server) -> folder.Folder:
    with psycopg.connect(one.conninfo("base"), autocommit=True) as session:
        session.execute("vacuum analyze")
        current = extract(session)
    with psycopg.connect(one.conninfo("wanted"), autocommit=True) as session:
        desired = extract(session)
    forth = plan(current, desired, Wishes(quarantine="killed"))
    back = take_back(forth, current, desired, Wishes(quarantine="killed_undo"))
    return folder.Folder(forth, back, current, desired)


def _create(one: Server, database: str, template: str) -> None:
    with psycopg.connect(one.conninfo(), autocommit=True) as session:
        session.execute(f"drop database if exists {database} with (force)".encode())
        session.execute(f"create database {database} template {template}".encode())


class Blow(msgspec.Struct, frozen=True):
    """Who is killed, and when: right before step `at` is sent, right after, or `at` seconds after the beginning."""

    way: str
    when: str
    at: float


class Trial(msgspec.Struct):
    """How a trial went: the exit codes of the commands, whether the blow struck, and what is wrong afterwards."""

    blow: Blow
    codes: list[int] = []
    struck: bool = False
    wrong: list[str] = []


def tried(scene: Scene, blow: Blow) -> Trial:
    """Kill a run, and give the same command until it is done."""
    trial = Trial(blow)
    _create(scene.server, "trial", "base")
    conninfo = scene.server.conninfo("trial")
    trial.struck = _struck(scene, conninfo, blow, trial)
    while trial.codes[-1:] != [0] and len(trial.codes) < MOST:
        done = subprocess.run(_command(scene, conninfo), capture_output=True, text=True, check=False, timeout=120)
        trial.codes.append(done.returncode)
        if done.returncode and len(trial.codes) == MOST:
            trial.wrong.append(done.stderr.strip())
    trial.wrong += _wrong(scene, conninfo)
    return trial


def _command(scene: Scene, conninfo: str) -> list[str]:
    plan = str(scene.plan)
    return [sys.executable, "-m", "seachange", "apply", plan, conninfo, "--yes-to", "all", "--backup", "none"]


def _struck(scene: Scene, conninfo: str, blow: Blow, trial: Trial) -> bool:
    """Whether the run was still at work when the blow came."""
    command = _command(scene, conninfo)
    if blow.when != "after seconds":
        command = [sys.executable, str(HERE / "stopping.py"), blow.when, str(int(blow.at)), *command[4:6]]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            if blow.when == "after seconds":
                time.sleep(blow.at)
            else:
                _await(running)
            if alive := running.poll() is None:
                _strike(scene.server, conninfo, running, blow.way)
            running.communicate(timeout=120)
        finally:
            running.kill()
    trial.codes.append(running.returncode)
    return alive


def _await(running: subprocess.Popen[str]) -> None:
    """Until it says that it is where it is to be killed."""
    assert running.stdout
    said = running.stdout.readline()
    assert said == "here\n", f"it was never where it is to be killed, and said {said!r}"


def _strike(one: Server, conninfo: str, running: subprocess.Popen[str], way: str) -> None:
    match way:
        case "client":
            running.kill()
        case "backend":
            for pid in _backends(conninfo):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            one.returns()
        case "server":
            one.stop()
            one.start()


def _backends(conninfo: str) -> list[int]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        rows = session.execute(
            "select pid from pg_stat_activity where datname = current_database() and starts_with(application_name, %s)"
            " and pid <> pg_backend_pid()",
            ["seachange"],
        ).fetchall()
    return [int(pid) for (pid,) in rows]


CHECKS = {
    "the step added by hand ran once": "select n = 1 from shop.counter",
    "no index is invalid": "select not exists (select from pg_index where not indisvalid or not indisready)",
    "no backfill left a row out": "select not exists (select from shop.clients where token is null)",
    "no value was lost": """
        select count(*) = {rows} and sum(total) = sum(id % 1000) from shop.orders
        """,
    "what went is in the quarantine": 'select count(*) = 100 from seachange_quarantine."shop.old_stuff.killed"',
    "the ledger has one run that is done, and others were killed before their first step": """
        select count(*) filter (where state = 'done') = 1
          and bool_and(state = 'done' or state = 'stopped' and run not in (select run from seachange.steps))
        from seachange.runs
        """,
    "the ledger has each step once, and none unfinished": """
        select count(*) = {steps} and bool_and(state in ('done', 'skipped')) from seachange.steps
        """,
}


def _wrong(scene: Scene, conninfo: str) -> list[str]:
    """Of all that must be true, what is not."""
    made = folder.load(scene.plan)
    with psycopg.connect(conninfo, autocommit=True) as session:
        wrong = [f"differs: {change.ref}" for change in remaining(extract(session), made.current, made.desired)]
        for said, question in CHECKS.items():
            try:
                row = session.execute(question.format(rows=ROWS, steps=scene.steps).encode()).fetchone()
                if row is None or row[0] is not True:
                    wrong.append(f"not true: {said}")
            except psycopg.Error as error:
                wrong.append(f"{said}: {error}")
    return wrong


def blows(sent: Iterable[int], times: int, seconds: float, seed: int = 0) -> list[Blow]:
    """At boundaries of statements that are `sent`, as many as `times` allows, and as many again at random instants."""
    chance = random.Random(seed)
    boundaries = [Blow(way, when, number) for number in sent for when in ("before", "after") for way in WAYS]
    chance.shuffle(boundaries)
    some = boundaries[: times // 2]
    rest = times - len(some)
    return some + [Blow(chance.choice(WAYS), "after seconds", chance.uniform(0.3, seconds)) for _ in range(rest)]


def unharmed(scene: Scene) -> tuple[float, list[int]]:
    """How many seconds a run takes that nobody kills, and which steps have something to do."""
    _create(scene.server, "trial", "base")
    began = time.monotonic()
    done = subprocess.run(_command(scene, scene.server.conninfo("trial")), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seconds = time.monotonic() - began
    assert _wrong(scene, scene.server.conninfo("trial")) == []
    with psycopg.connect(scene.server.conninfo("trial")) as session:
        sent = session.execute("select number from seachange.steps where state = 'done' order by 1").fetchall()
    return seconds, [number for (number,) in sent]


def main(times: int) -> int:
    have = found()
    with scene(have[max(have)]) as one:
        seconds, sent = min(unharmed(one) for _ in range(3))
        print(f"{one.steps} steps, {seconds:.1f} s when nobody kills it", flush=True)
        counted: Counter[tuple[str, str, str]] = Counter()
        failed = 0
        for blow in blows(sent, times, seconds):
            trial = tried(one, blow)
            outcome = "wrong" if trial.wrong else "right"
            counted[blow.way, blow.when, outcome if trial.struck else f"{outcome}, too late"] += 1
            if trial.wrong:
                failed += 1
                print(json.dumps(msgspec.to_builtins(trial)), flush=True)
        for key, number in sorted(counted.items()):
            print(*key, number, sep="\t")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 200))
