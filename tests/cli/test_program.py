"""The program as a process: exit codes, what it says of errors, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seachange import __version__
from tests.plugins.states import Pair

PROGRAM = (sys.executable, "-m", "seachange")
HEAVY = ("click", "rich", "msgspec", "psycopg", "jinja2")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, **environment}
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, env=environ, check=False)


def test_the_version_is_told_without_importing_anything() -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", *PROGRAM[1:], "--version"], capture_output=True, text=True
    )
    imported = {line.split("|")[-1].strip() for line in told.stderr.splitlines()}
    assert told.stdout == f"seachange {__version__}\n"
    assert "seachange.cli.__main__" in imported
    assert not imported.intersection(HEAVY)


def test_help_names_every_verb_without_importing_them() -> None:
    told = subprocess.run([sys.executable, "-X", "importtime", *PROGRAM[1:], "--help"], capture_output=True, text=True)
    assert all(f"\n  {verb} " in told.stdout for verb in ("compare", "snapshot", "drift", "doctor"))
    assert "psycopg" not in told.stderr


@pytest.mark.parametrize("arguments", [("nothing",), ("compare", "one"), ("compare", "--format", "xml", "a", "b")])
def test_a_wrong_command_line_is_2(arguments: tuple[str, ...]) -> None:
    told = run(*arguments)
    assert told.returncode == 2
    assert "Usage:" in told.stderr
    assert told.stdout == ""


def test_an_unreachable_server_is_6_and_no_password_is_shown() -> None:
    told = run("doctor", "postgresql://somebody:topsecret@localhost:1/shop")
    assert told.returncode == 6
    assert told.stderr.startswith("seachange: cannot connect to localhost:1/shop")
    assert len(told.stderr.splitlines()) >= 2
    assert "topsecret" not in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("target", ["missing/report.html", "."])
def test_an_unwritable_output_is_refused_before_anything_is_read(tmp_path: Path, target: str) -> None:
    told = run("compare", "host=/nowhere", "host=/nowhere", "-o", str(tmp_path / target))
    assert told.returncode == 2
    assert told.stderr.startswith(f"seachange: cannot write {(tmp_path / target).resolve()}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.newest
def test_a_full_disk_is_told(database: str) -> None:
    told = run("snapshot", database, "-o", "/dev/full")
    assert told.returncode == 2
    assert "cannot write /dev/full: No space left on device" in told.stderr
    with open("/dev/full", "w") as full:
        told = subprocess.run(
            [*PROGRAM, "snapshot", database], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert told.returncode == 2
    assert "cannot write to stdout: No space left on device" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.newest
def test_a_file_in_place_is_kept_until_the_new_one_is_whole(pair: Pair, tmp_path: Path) -> None:
    kept = tmp_path / "a.json"
    kept.write_text("old")
    kept.chmod(0o640)
    told = run("compare", pair.current, "host=/nowhere", "-o", str(kept))
    assert told.returncode == 6
    assert kept.read_text() == "old"
    assert run("compare", pair.current, pair.desired, "-o", str(kept)).returncode == 1
    assert kept.read_text().startswith('{"changes"')
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.newest
@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_a_reader_who_leaves_is_no_error(pair: Pair, form: str) -> None:
    read, write = os.pipe()
    os.close(read)
    arguments = [*PROGRAM, "compare", pair.current, pair.desired, "--format", form]
    told = subprocess.run(arguments, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (told.returncode, told.stderr) == (141, "")


@contextmanager
def silent_server() -> Iterator[tuple[socket.socket, str]]:
    """A server that takes connections and never answers, and where it is."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        yield silent, f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=shop"


def test_ctrl_c_ends_it_quietly() -> None:
    with silent_server() as (server, source):
        arguments = (*PROGRAM, "compare", source, source)
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
            connection, _ = server.accept()
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=20)
            connection.close()
    assert (program.returncode, out) == (130, "")
    assert err.strip() == ""


def test_who_waits_at_a_terminal_is_told_what_for() -> None:
    parent, child = os.openpty()
    with silent_server() as (_, source):
        arguments = (*PROGRAM, "compare", source, source)
        program = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=child)
        os.close(child)
        told = b""
        while b"reading 127.0.0.1" not in told and (part := _read(parent)):
            told += part
        program.send_signal(signal.SIGINT)
        while part := _read(parent):
            told += part
        program.wait(20)
    os.close(parent)
    assert b"reading 127.0.0.1" in told
    assert b"Traceback" not in told
    assert program.returncode == 130


@pytest.mark.newest
def test_what_was_not_foreseen_is_one_line_and_a_way_to_the_rest(database: str, tmp_path: Path) -> None:
    """A broken installation stands for whatever else: a module of ours that cannot be imported."""
    (tmp_path / "rich.py").write_text("raise RuntimeError('broken')\n")
    told = run("compare", database, database, PYTHONPATH=str(tmp_path))
    traced = run("compare", database, database, PYTHONPATH=str(tmp_path), SEACHANGE_DEBUG="1")
    assert told.returncode == traced.returncode == 70
    assert "RuntimeError: broken" in told.stderr.splitlines()[0]
    assert "SEACHANGE_DEBUG=1" in told.stderr
    assert "Traceback" not in told.stderr
    assert "Traceback" in traced.stderr


@pytest.mark.newest
def test_colours_only_where_they_are_wanted(pair: Pair) -> None:
    assert "\x1b[" in terminal("compare", pair.current, pair.desired)
    assert "\x1b[3" not in terminal("compare", pair.current, pair.desired, NO_COLOR="1")
    assert "\x1b[" not in run("compare", pair.current, pair.desired).stdout


def terminal(*arguments: str, **environment: str) -> str:
    """What a terminal is given."""
    parent, child = os.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    environ = {name: value for name, value in environ.items() if name != "NO_COLOR" or name in environment}
    with subprocess.Popen([*PROGRAM, *arguments], stdout=child, stderr=child, env=environ):
        os.close(child)
        told = b""
        while part := _read(parent):
            told += part
    os.close(parent)
    return told.decode()


@pytest.mark.newest
def test_an_encoding_without_arrows_is_enough(pair: Pair) -> None:
    told = run("compare", pair.current, pair.desired, PYTHONIOENCODING="ascii")
    assert told.returncode == 1
    assert "type character varying(20) \\u2192 text" in told.stdout


def _read(terminal: int) -> bytes:
    """Nothing more comes once the program has closed its side, which Linux calls an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
