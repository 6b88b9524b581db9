"""Files and commands that make no state: what the program says, and with which exit code."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from seachange.postgres.installation import installations
from seachange.postgres.installation import program as installed
from tests.plugins.program import PLAIN, SECRET, Program

SCRIPTS = {
    "does not parse": (4, "select 1;\ncreate tabel t ();", "a.sql:2: PostgreSQL refused this statement (42601)"),
    "is refused": (4, "create table t (a int);\n\ninsert into t\n  values ('x');", 'type integer: "x"'),
    "asks psql for too much": (2, "select 1;\n\\gexec", "a.sql:2: psql's \\gexec is not understood here"),
    "includes nothing": (2, "\\i nowhere.sql", "nowhere.sql cannot be read: No such file or directory"),
    "includes itself": (2, "\\ir a.sql", "a.sql includes itself"),
    "ends in a quote": (2, "select 'a", "a.sql:1: the script ends in the middle"),
    "ends in rows": (2, "copy t from stdin;\n1\n", "a.sql:1: the rows of this COPY have no end"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that(program: Program, tmp_path: Path, name: str) -> None:
    code, text, said = SCRIPTS[name]
    (tmp_path / "a.sql").write_text(text)
    told = program.refused(code, "snapshot", tmp_path / "a.sql")
    assert said in told
    assert code == 2 or "Tried: once file by file" in told


def test_a_refusal_shows_the_statement_and_a_way_out(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(SCRIPTS["is refused"][1])
    lines = program.refused(4, "snapshot", tmp_path / "a.sql").splitlines()
    assert lines[0] == f"seachange: {tmp_path}/a.sql:4: PostgreSQL refused this statement (22P02):"
    assert lines[1:3] == ["    insert into t", "      values ('x')"]
    assert lines[-1] == "Correct the statement, or take it out of the source."


def test_files_that_need_one_another_in_a_cycle(program: Program, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.sql").write_text(f"create view {name} as select * from {other}")
    told = program.refused(4, "snapshot", tmp_path, "--scratch", program.server)
    assert 'relation "b" does not exist' in told
    assert f"Waiting as well: {tmp_path}/b.sql." in told


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("latin.sql", "select 'café'".encode("latin-1"), "byte 11 is not UTF-8 text"),
        ("binary.sql", bytes(range(256)), "is not UTF-8 text"),
        ("zeros.sql", b"select\0 1", "byte 6 is zero"),
        ("binary.dat", bytes(range(256)), "is neither SQL, nor made by pg_dump, nor a snapshot"),
        ("notes.txt", b"", "is neither SQL"),
        ("empty.snapshot", b"", "this is no snapshot of seachange's"),
        ("binary.snapshot", bytes(range(256)), "this is no snapshot of seachange's"),
        ("other.snapshot", b"select 1;\n", "this is no snapshot of seachange's"),
        ("half.sql", b"--\n-- PostgreSQL database dump\n--\ncreate table t ();", "this dump ends in the middle"),
        ("half.dump", b"PGDMP\1\16\0", "pg_restore cannot read this archive"),
        ("newer.dump", b"PGDMP\1\143\0\4\10\1\1", "unsupported version (1.99)"),
    ],
)
def test_a_file_that_is_not_what_it_seems(
    program: Program, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    told = program.refused(2, "snapshot", tmp_path / name)
    assert f"{tmp_path / name}" in told.splitlines()[0]
    assert said in told
    assert ("install the PostgreSQL that it comes from" in told) == (name == "newer.dump")


def test_a_place_where_nothing_is(program: Program, tmp_path: Path) -> None:
    assert "holds no .sql file" in program.refused(2, "snapshot", tmp_path)
    assert "There is no" in program.refused(2, "snapshot", tmp_path / "nowhere.sql")
    assert "is not a database" in program.refused(2, "doctor", "run:true")


def test_an_extension_that_no_server_has(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("create extension nowhere")
    told = program.refused(4, "snapshot", tmp_path / "a.sql")
    assert 'extension "nowhere" is not available' in told
    assert all(f"PostgreSQL {one.version} of {one.bin}" in told for one in installations())
    assert "or name a server that has it" in told


@pytest.fixture
def dump(program: Program, tmp_path: Path) -> Callable[[str], Path]:
    """A dump, in the format that is asked for, of a database with rows."""

    def made(form: str) -> Path:
        path = tmp_path / f"whole.{form}"
        command = [installed("pg_dump"), f"--format={form}", f"--file={path}", program.address(database="postgres")]
        subprocess.run(command, check=True)
        return path

    return made


def test_a_custom_dump_that_was_cut_off(program: Program, dump: Callable[[str], Path]) -> None:
    path = dump("custom")
    path.write_bytes(path.read_bytes()[:-600])
    assert "make the dump again" in program.refused(2, "snapshot", path)


def test_a_directory_dump_that_was_damaged(program: Program, dump: Callable[[str], Path]) -> None:
    path = dump("directory")
    (path / "toc.dat").write_text("nonsense")
    assert "make the dump again" in program.refused(2, "snapshot", path)


def test_snapshots_that_do_not_hold_what_they_should(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "a.snapshot"
    assert program("snapshot", program.address(), "-o", path).returncode == 0
    whole = path.read_bytes()
    spoilt = {
        "has format 9; this version of seachange reads format": whole.replace(b'"format":1', b'"format":9'),
        "a line of this snapshot cannot be read": whole[:-40],
        "it was cut off": whole[: whole.rindex(b"\n", 0, -1) + 1],
    }
    for said, content in spoilt.items():
        path.write_bytes(content)
        for arguments in (("compare", path, path), ("drift", program.address(), path)):
            told = program.refused(2, *arguments)
            assert said in told
            assert "Take the snapshot again" in told


def test_a_snapshot_that_goes_away(program: Program, tmp_path: Path) -> None:
    gone = program.refused(2, "drift", program.address(), tmp_path / "gone.snapshot")
    assert "gone.snapshot: No such file or directory" in gone


def test_a_snapshot_that_another_process_replaces(program: Program, tmp_path: Path) -> None:
    """Whichever of the two is read, it is read whole."""
    path, done = tmp_path / "a.snapshot", Event()
    assert program("snapshot", program.address(), "-o", path).returncode == 0
    one, other = path.read_bytes(), path.read_bytes().replace(b'"token":"', b'"token":"other')

    def replace() -> None:
        while not done.wait(0.001):
            for content in (one, other):
                path.with_suffix(".new").write_bytes(content)
                path.with_suffix(".new").replace(path)

    with ThreadPoolExecutor(1) as threads:
        replacing = threads.submit(replace)
        codes = {program("drift", program.address(), path).returncode for _ in range(3)}
        done.set()
        replacing.result()
    assert codes == {0}


@pytest.mark.parametrize(
    ("line", "said", "advice"),
    [
        ("echo because >&2; exit 3", "ended with exit code 3.  Its last words:\n    because", "DATABASE_URL"),
        ("nowhere", "ended with exit code 127", "The shell found no such program"),
        ("exit 1", "ended with exit code 1.  It said nothing", "DATABASE_URL"),
        ("kill -9 $$", "ended with exit code 137", "DATABASE_URL"),
    ],
)
def test_a_command_that_fails(program: Program, line: str, said: str, advice: str) -> None:
    told = program.refused(4, "snapshot", f"run:{line}")
    assert told.startswith(f"seachange: run:{line}\n{said}")
    assert advice in told


def test_a_command_cannot_tell_the_password(program: Program) -> None:
    where = program.address(f"maker:{SECRET}", "postgres")
    told = program.refused(4, "snapshot", "run:echo $DATABASE_URL $PGPASSWORD; exit 1", "--scratch", where)
    assert "postgresql://maker:***@" in told
    assert PLAIN not in told
