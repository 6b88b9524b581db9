"""Ctrl-C, SIGTERM and kill -9 in the middle of the work: nothing is left, and nothing is half written."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.plugins.program import Program
from tests.postgres.processes import eventually

ENDINGS = {signal.SIGINT: 130, signal.SIGTERM: 130, signal.SIGKILL: -signal.SIGKILL}
AT_WORK = "select from pg_stat_activity where wait_event = 'PgSleep'"
READING = "select from pg_stat_activity where application_name = 'seachange' and wait_event_type = 'Lock'"
HERE = "select from pg_stat_activity where application_name = 'seachange' and datname = 'shop'"

endings = pytest.mark.parametrize(("by", "code"), ENDINGS.items())


def found(server: str, question: str) -> bool:
    with psycopg.connect(server) as session:
        return session.execute(question.encode()).fetchone() is not None


@endings
def test_in_the_middle_of_reading(program: Program, tmp_path: Path, by: signal.Signals, code: int) -> None:
    (tmp_path / "a.snapshot").write_text("old")
    with (
        psycopg.connect(program.address()) as holder,
        program.start("snapshot", program.address(), "-o", tmp_path / "a.snapshot") as running,
    ):
        holder.execute("lock table pg_catalog.pg_policy in access exclusive mode")
        eventually(lambda: found(program.server, READING))
        running.send_signal(by)
        ended(running, code)
        if by != signal.SIGKILL:  # the server cannot know of that before it answers
            eventually(lambda: not found(program.server, READING))
    eventually(lambda: not found(program.server, HERE))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@endings
@pytest.mark.parametrize("where", ["local", "beside"])
def test_in_the_middle_of_a_script(program: Program, tmp_path: Path, where: str, by: signal.Signals, code: int) -> None:
    script, server = tmp_path / "a.sql", program.local if where == "local" else program.server
    script.write_text("create table t (); select pg_sleep(60);")
    with program.start("compare", script, program.address(), "--scratch", where) as running:
        eventually(lambda: found(server, AT_WORK))
        running.send_signal(by)
        ended(running, code)
    eventually(lambda: not found(server, AT_WORK))


@endings
def test_in_the_middle_of_a_command(program: Program, tmp_path: Path, by: signal.Signals, code: int) -> None:
    line = f"run:sleep 60 & touch {tmp_path}/begun; psql '{program.address()}' -c 'select 1'; wait"
    with program.start("compare", line, program.address(), "--scratch", "beside") as running:
        eventually((tmp_path / "begun").exists)
        running.send_signal(by)
        ended(running, code)
    eventually(lambda: not program.left(), within=5)


def ended(running: subprocess.Popen[str], code: int) -> None:
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (code, "")
    assert err.strip() == ""
