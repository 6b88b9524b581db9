"""`seachange adapt` as people run it: bad scripts, bad targets, bad places, and runs that were stopped."""

from __future__ import annotations

import json
import os
import pty
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.apply.targets import ask, held, send
from tests.plugins.program import PLAIN, SECRET, Program
from tests.postgres.processes import eventually

STATE = """
CREATE SCHEMA core;
CREATE TABLE core.customer (id bigint PRIMARY KEY, email text);
INSERT INTO core.customer SELECT g, 'a' || g FROM generate_series(1, 50) g;
CREATE TABLE kept (id integer);
INSERT INTO kept SELECT generate_series(1, 3);
"""
FITS = "CREATE TABLE fresh (id integer PRIMARY KEY);\n"
NEEDS = "CREATE TABLE fresh (id uuid PRIMARY KEY DEFAULT uuid_generate_v4());\n"
MENDED = (
    "-- seachange: uuid_generate_v4() is gen_random_uuid(), which is part of PostgreSQL.\n"
    "CREATE TABLE fresh (id uuid PRIMARY KEY DEFAULT gen_random_uuid());\n"
)
OPEN = "ALTER TABLE core.customer ADD COLUMN organization bigint REFERENCES organization (id);\n"
TERMS = ("--apply", "--backup", "none", "--yes-to", "no-backup")
SUM = """
select array(select c::text from core.customer c order by id), array(select oid::regclass::text from pg_class
    where relnamespace in ('core'::regnamespace, 'public'::regnamespace) order by 1),
  (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables)
"""
BUILT = "select count(*) from pg_index where indexrelid = to_regclass('core.fresh_more') and indisvalid"
Told = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def target(program: Program, shop: Told) -> Iterator[str]:
    shop("drop database if exists landing with (force)")
    shop("create database landing")
    at = program.address(database="landing")
    with psycopg.connect(at, autocommit=True) as session:
        session.execute(STATE.encode())
    yield at
    shop("drop database landing with (force)")


def wrote(folder: Path, text: str | bytes, name: str = "script.sql") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bytes(range(256)) * 4, "is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is a picture"),
        ("SELECT 'é';\n".encode() + b"SELECT '\xe9';\n", "two encodings are mixed"),
        ("INSERT INTO kept VALUES ('abc);\nSELECT 1;\n", "unterminated quoted string"),
        ("DO $$ BEGIN NULL;\n", "in the middle"),
        ("COPY kept FROM stdin;\n1\n", "the rows of this COPY have no end"),
        ("\\prompt name who\nSELECT :'who';\n", "waits for somebody to type"),
        ("", "is empty"),
        ("-- nothing at all\n", "holds no statement to run"),
    ],
)
def test_what_is_no_script_is_told(program: Program, tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in program.refused(2, "adapt", wrote(tmp_path, text), program.address())


@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("postgresql://guest:wr0ng%20one@/shop?host={host}", 6, "password authentication failed"),
        (f"postgresql://guest:{SECRET}@/nowhere?host={{host}}", 6, "does not exist"),
        ("postgresql://postgres@127.0.0.1:1/shop", 6, "cannot connect"),
        ("no-such-file.sql", 2, "no-such-file.sql"),
    ],
)
def test_targets_that_cannot_be_had(program: Program, tmp_path: Path, target: str, code: int, said: str) -> None:
    host = program.address().partition("host=")[2]
    told = program.refused(code, "adapt", wrote(tmp_path, FITS), target.format(host=host))
    assert said in told
    assert "wr0ng" not in told


def test_target_that_the_role_may_not_read(program: Program, target: str, tmp_path: Path) -> None:
    send(target, f"create table unseen_{secrets.token_hex(4)} (id integer)")  # a state of which there is no copy yet
    told = program.refused(3, "adapt", wrote(tmp_path, FITS), target.replace("postgres@", "poor@"))
    assert "permission denied" in told


def test_target_behind_a_pooler_is_not_changed(
    program: Program, pooler: Callable[[str], str], target: str, tmp_path: Path
) -> None:
    at = pooler("transaction").replace("/shop?", "/landing?")
    told = program("adapt", wrote(tmp_path, FITS), at, *TERMS)
    assert (told.returncode, "Traceback" in told.stderr) == (3, False)
    assert "pooler" in told.stderr
    assert ask(target, "select to_regclass('fresh')") == [(None,)]


@pytest.mark.parametrize(
    "text",
    [
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public;",
        "DELETE FROM core.customer;",
        "DROP DATABASE landing;",
        "TRUNCATE core.customer; DROP TABLE kept;",
        NEEDS,
        OPEN,
    ],
)
@pytest.mark.parametrize("scratch", ["local", "beside"])
def test_the_target_is_never_touched(program: Program, target: str, tmp_path: Path, text: str, scratch: str) -> None:
    before = ask(target, SUM)
    told = program("adapt", wrote(tmp_path, text), target, "--defaults", "--scratch", scratch)
    assert told.returncode in (0, 1), told.stderr
    assert ask(target, SUM) == before


@pytest.mark.parametrize("text", ["DROP DATABASE shop;", "ALTER SYSTEM SET work_mem = '5MB';", "CREATE ROLE intruder;"])
def test_the_server_of_the_target_is_not_touched(program: Program, target: str, tmp_path: Path, text: str) -> None:
    told = program("adapt", wrote(tmp_path, text), target, "--scratch", "beside")
    assert told.returncode == 1
    assert ask(target, "select count(*) from pg_database where datname = 'shop'") == [(1,)]
    assert ask(target, "select count(*) from pg_roles where rolname = 'intruder'") == [(0,)]


def test_loss_needs_consent(program: Program, target: str, tmp_path: Path) -> None:
    script = wrote(tmp_path, "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
    told = program("adapt", script, target, *TERMS)
    assert (told.returncode, "--yes-to loses-data" in told.stderr) == (3, True), told.stderr
    assert ask(target, "select count(*) from kept") == [(3,)]
    told = program("adapt", script, target, "--apply", "--backup", "none", "--yes-to", "no-backup,loses-data")
    assert told.returncode == 0, told.stderr
    assert ask(target, "select to_regclass('kept')") == [(None,)]


@pytest.mark.parametrize("before", ["", "SET statement_timeout = 0;\n", "BEGIN; SET LOCAL statement_timeout = 0;\n"])
def test_what_never_ends_is_named_with_its_place(program: Program, target: str, tmp_path: Path, before: str) -> None:
    script = wrote(tmp_path, f"{before}CREATE TABLE fresh ();\nSELECT pg_sleep(1000);\n")
    told = program("adapt", script, target, "--limit", 1, "--format", "json")
    assert told.returncode == 1
    (found,) = json.loads(told.stdout)["findings"][:1]
    assert f"{script.name}:{3 if before else 2}" in found["message"]
    assert "SELECT pg_sleep(1000)" in found["message"]
    assert "--limit" in found["advice"]


def test_rows_are_told_and_not_applied(program: Program, target: str, tmp_path: Path) -> None:
    script = wrote(tmp_path, "CREATE TABLE fresh (id integer);\nCOPY fresh FROM stdin;\n1\n\\.\n")
    told = program("adapt", script, target, "--to", tmp_path / "out")
    assert (told.returncode, "rows that follow a COPY" in told.stdout) == (1, True), told.stderr
    assert (tmp_path / "out/script.sql").read_bytes() == script.read_bytes()
    assert "Nothing was changed" in program.refused(2, "adapt", script, target, *TERMS)


def test_rows_go_with_the_copy_that_is_left_out(program: Program, target: str, tmp_path: Path) -> None:
    script = wrote(tmp_path, "COPY nowhere (id) FROM stdin;\n1\n2\n\\.\nCREATE TABLE fresh ();\n")
    told = program("adapt", script, target, "--defaults", "--to", tmp_path / "out")
    assert told.returncode in (0, 1), told.stderr
    again = program("adapt", tmp_path / "out/script.sql", target, "--format", "json")
    assert [one["changed"] for one in json.loads(again.stdout)["statements"]] == [False]


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("BEGIN; CREATE TABLE a (); ROLLBACK; CREATE TABLE b ();", ["b"]),
        ("BEGIN; CREATE TABLE a (); SAVEPOINT s; CREATE TABLE b (); ROLLBACK TO s; RELEASE s; COMMIT;", ["a"]),
        ("BEGIN; SAVEPOINT s; CREATE TABLE a (); RELEASE s; CREATE TABLE b (); COMMIT;", ["a", "b"]),
        ("BEGIN; CREATE TABLE a (); COMMIT AND CHAIN; CREATE TABLE b (); ROLLBACK;", ["a"]),
        ("BEGIN; CREATE TABLE a ();", ["a"]),
        ("VACUUM core.customer; CREATE TABLE a () -- the end", ["a"]),
        (
            "SET search_path TO core; CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY ON a (id); RESET search_path;"
            "SELECT set_config('search_path', 'core', false); CREATE TABLE b (); SET search_path = DEFAULT;"
            "BEGIN; SET search_path = core; CREATE TABLE c (); COMMIT; CREATE TABLE d (); DISCARD ALL;"
            "CREATE TABLE e ();",
            ["core.a", "core.a_id_idx", "core.b", "core.c", "core.d", "e"],
        ),
    ],
)
def test_sessions_and_transactions_are_the_scripts_own(
    program: Program, target: str, tmp_path: Path, text: str, there: list[str]
) -> None:
    told = program("adapt", wrote(tmp_path, text), target, *TERMS)
    assert told.returncode == 0, told.stdout + told.stderr
    made = "select oid::regclass::text from pg_class where relname ~ '^[a-e](_id_idx)?$' order by 1"
    assert [name for (name,) in ask(target, made)] == there


def test_the_role_of_a_script_is_that_of_its_statements(program: Program, target: str, tmp_path: Path) -> None:
    with psycopg.connect(target, autocommit=True) as session:
        session.execute("grant create on schema public to maker")
    script = wrote(
        tmp_path, "SET ROLE maker; CREATE TABLE a (); BEGIN; CREATE TABLE b (); COMMIT; RESET ROLE;\n" + FITS
    )
    told = program("adapt", script, target, *TERMS)
    assert told.returncode == 0, told.stdout + told.stderr
    owners = "select relname, relowner::regrole::text from pg_class where relname in ('a', 'b', 'fresh') order by 1"
    assert ask(target, owners) == [("a", "maker"), ("b", "maker"), ("fresh", "postgres")]


def test_secrets_are_in_the_script_and_nowhere_else(program: Program, target: str, tmp_path: Path, shop: Told) -> None:
    shop("drop role if exists newcomer")
    text = "CREATE ROLE newcomer LOGIN PASSWORD 'hunter2 is it';\nSELECT 1/0;\n" + NEEDS
    script = wrote(tmp_path, text)
    for form in ("text", "json", "markdown", "html"):
        told = program("adapt", script, target, "--to", tmp_path / "out", "--format", form)
        assert told.returncode == 1
        assert "hunter2" not in told.stdout + told.stderr
    assert "hunter2 is it" in (tmp_path / "out/script.sql").read_text()
    papers = [file for file in (tmp_path / "out").iterdir() if file.name != "script.sql"]
    assert not [file for file in papers if b"hunter2" in file.read_bytes()]
    told = program("adapt", wrote(tmp_path, text.replace("SELECT 1/0;\n", "")), target, *TERMS)
    assert (told.returncode, "hunter2" in told.stdout + told.stderr) == (0, False), told.stderr
    kept = ask(
        target,
        "select to_jsonb(r)::text from seachange.runs r union all select to_jsonb(s)::text from seachange.steps s",
    )
    assert not [row for row in kept if "hunter2" in str(row)]
    with psycopg.connect(target.replace("postgres@", "newcomer:hunter2%20is%20it@")):
        pass
    shop("drop role newcomer")


def test_folders_of_others_are_left_alone(program: Program, target: str, tmp_path: Path) -> None:
    script, out = wrote(tmp_path, NEEDS), tmp_path / "out"
    mine = wrote(out, "mine", "notes.txt")
    assert "notes.txt" in program.refused(2, "adapt", script, target, "--to", out)
    assert mine.read_text() == "mine"
    mine.unlink()
    for _ in range(2):
        assert program("adapt", script, target, "--to", out).returncode == 0
    assert (out / "script.sql").read_text() == MENDED
    wrote(out, "-- by hand", "script.sql")
    assert "was changed by hand" in program.refused(2, "adapt", script, target, "--to", out)
    assert "it is no folder" in program.refused(2, "adapt", script, target, "--to", script)
    assert "there is no folder" in program.refused(2, "adapt", script, target, "--to", tmp_path / "no/such")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "script.sql"]


def test_files_lie_beside_each_other_as_they_did(program: Program, target: str, tmp_path: Path) -> None:
    source, out = tmp_path / "from", tmp_path / "out"
    wrote(source, NEEDS, "a/one.sql")
    wrote(source, NEEDS.replace("fresh", "second"), "b/one.sql")
    wrote(
        source,
        b"-- caf\xe9\r\nSET client_encoding = 'latin1';\r\n" + NEEDS.replace("fresh", "third").encode(),
        "undo.sql",
    )
    told = program("adapt", source, target, "--to", out)
    assert told.returncode == 0, told.stderr
    assert (out / "script/a/one.sql").read_text() == MENDED
    assert "second" in (out / "script/b/one.sql").read_text()
    assert (out / "script/undo.sql").read_bytes().startswith(b"-- caf\xe9\r\nSET client_encoding")
    assert "a/one.sql:1" in told.stdout
    assert "b/one.sql:1" in told.stdout


def test_included_files_and_variables(program: Program, target: str, tmp_path: Path) -> None:
    wrote(tmp_path, "CREATE TABLE core.:name (id uuid DEFAULT uuid_generate_v4());\n", "in/sub/one.sql")
    main = wrote(tmp_path, "\\set name fresh\n\\ir sub/one.sql\nCREATE INDEX ON core.:name (id);\n", "in/main.sql")
    told = program("adapt", main, target, "--to", tmp_path / "out")
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / "out/main.sql").read_bytes() == main.read_bytes()
    assert "gen_random_uuid()" in (tmp_path / "out/sub/one.sql").read_text()


def test_stdin_and_commands(program: Program, target: str, tmp_path: Path) -> None:
    with wrote(tmp_path, NEEDS).open() as text:
        told = program("adapt", "-", target, "--to", tmp_path / "out", stdin=text)
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "out/script.sql").read_text() == MENDED
    script = wrote(tmp_path, "CREATE TABLE fresh (id integer);\nCREATE TABLE core.customer2 (id integer);\n")
    told = program("adapt", f"run:psql -X -v ON_ERROR_STOP=1 -f {script}", target, "--to", tmp_path / "out2")
    assert told.returncode == 0, told.stderr
    assert "CREATE TABLE core.customer2 (id integer);" in (tmp_path / "out2/script.sql").read_text()
    assert program("adapt", "run:false", target).returncode == 4


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.sql", "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE kept;\n"),
        ("m.sql", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE kept;\n"),
        ("V1__a.sql", "CREATE TABLE a ();\n"),
        (
            "m.js",
            "exports.up = k => k.raw('CREATE TABLE a ()');\nexports.down = k => k.raw('DROP TABLE kept');\n",
        ),
    ],
)
def test_the_way_down_is_never_run(program: Program, target: str, tmp_path: Path, name: str, text: str) -> None:
    folder = tmp_path / "migrations"
    wrote(folder, text, name)
    wrote(folder, "DROP TABLE kept;", "U1__a.sql") if name.startswith("V") else None
    told = program("adapt", folder, target, *TERMS)
    assert told.returncode == 0, told.stdout + told.stderr
    assert ask(target, "select to_regclass('a')::text, to_regclass('kept')::text") == [("a", "kept")]


def test_what_a_program_builds_when_it_runs_is_told(program: Program, target: str, tmp_path: Path) -> None:
    text = (
        "exports.up = async knex => { await knex.raw('CREATE TABLE a ()'); await knex.raw(`DROP TABLE ${name}`); };\n"
    )
    told = program("adapt", wrote(tmp_path, text, "m.js"), target)
    assert "m.js:1" in told.stdout
    assert "run:" in told.stdout


def test_answers_given_back_lead_to_the_same(program: Program, target: str, tmp_path: Path) -> None:
    script, out = wrote(tmp_path, OPEN + NEEDS), tmp_path / "out"
    assert program("adapt", script, target, "--to", out).returncode == 3
    first = {name: (out / name).read_bytes() for name in ("script.sql", "answers.toml", "undo.sql")}
    told = program("adapt", script, target, "--to", out, "--answers", out / "answers.toml")
    assert told.returncode == 0, told.stderr
    assert (out / "script.sql").read_bytes() == first["script.sql"]
    assert (out / "answers.toml").read_bytes() == first["answers.toml"]
    changed = first["answers.toml"].replace(b'"core"', b'"leave-out"')
    (out / "answers.toml").write_bytes(changed)
    assert "answers.toml was changed" in program.refused(2, "adapt", script, target, "--to", out)


def test_answers_to_what_nobody_asked_are_told(program: Program, target: str, tmp_path: Path) -> None:
    answers = wrote(tmp_path, '"missing-function uuid_generate_v3" = "core"\n', "answers.toml")
    told = program("adapt", wrote(tmp_path, NEEDS), target, "--answers", answers, "--format", "json")
    assert told.returncode == 0
    (found,) = [one for one in json.loads(told.stdout)["findings"] if one["check"] == "not-asked"]
    assert "uuid_generate_v3" in found["message"]
    assert "uuid_generate_v4" in found["advice"]


@pytest.mark.parametrize("text", ["not toml at all", '"a" = 1', '["a"]\nb = "c"\n'])
def test_answers_that_cannot_be_read(program: Program, target: str, tmp_path: Path, text: str) -> None:
    answers = wrote(tmp_path, text, "answers.toml")
    assert "answers.toml" in program.refused(2, "adapt", wrote(tmp_path, NEEDS), target, "--answers", answers)


@pytest.mark.parametrize(("form", "holds"), [("json", '"proven"'), ("md", "# Adaptation"), ("html", "<html")])
def test_reports_are_written(program: Program, target: str, tmp_path: Path, form: str, holds: str) -> None:
    told = program("adapt", wrote(tmp_path, NEEDS), target, "-o", tmp_path / f"report.{form}")
    assert (told.returncode, told.stdout) == (0, "")
    assert holds in (tmp_path / f"report.{form}").read_text()


def at_terminal(program: Program, *arguments: object) -> tuple[subprocess.Popen[bytes], int]:
    """The program at a terminal of its own, and our end of that."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "XDG_CACHE_HOME": str(program.cache), "TMPDIR": str(program.temporary), "COLUMNS": "80"}
    command = [sys.executable, "-m", "seachange", *map(str, arguments)]
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True)
    os.close(theirs)
    return running, ours


def heard(ours: int, until: str) -> str:
    found = b""
    while until.encode() not in found:
        try:
            more = os.read(ours, 4096)
        except OSError:
            more = b""
        assert more, found.decode(errors="replace")
        found += more
    return found.decode(errors="replace")


def test_people_are_asked_with_what_follows(program: Program, target: str, tmp_path: Path) -> None:
    running, ours = at_terminal(program, "adapt", wrote(tmp_path, OPEN), target, "--to", tmp_path / "out")
    asked = heard(ours, "Which")
    assert "1. leave-out: " in asked
    assert "is no longer checked" in " ".join(asked.split())
    os.write(ours, b"1\n")
    heard(ours, "lands")
    assert running.wait(30) == 0
    assert (
        "REFERENCES" not in (tmp_path / "out/script.sql").read_text().rpartition("-- seachange")[2].partition("\n")[2]
    )


def test_who_does_not_answer_leaves_nothing(program: Program, target: str, tmp_path: Path) -> None:
    before = ask(target, SUM)
    running, ours = at_terminal(program, "adapt", wrote(tmp_path, OPEN), target, "--to", tmp_path / "out", *TERMS)
    heard(ours, "Which")
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(30) == 130
    assert not (tmp_path / "out").exists()
    assert ask(target, SUM) == before


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_what_was_stopped_goes_on_and_can_be_taken_back(
    program: Program, target: str, tmp_path: Path, by: signal.Signals, shop: Told
) -> None:
    shop("drop role if exists newcomer")
    text = (
        "CREATE ROLE newcomer PASSWORD 'hunter2';\nSET search_path = core;\n"
        + NEEDS
        + "CREATE INDEX CONCURRENTLY fresh_more ON fresh (id);\nALTER TABLE customer ADD COLUMN more text;\n"
        + "CREATE INDEX CONCURRENTLY fresh_id ON fresh (id);\nCREATE TABLE last ();\n"
    )
    script = wrote(tmp_path, text)
    command = ("adapt", script, target, *TERMS)
    with held(target, "select from core.customer"), program.start(*command) as running:
        eventually(lambda: ask(target, BUILT) == [(1,)], within=60)
        running.send_signal(by)
        running.communicate(timeout=30)
    assert "Run 1 has not ended" in program("status", target).stdout
    other = wrote(tmp_path, FITS, "other.sql")
    assert "run 1, of something else, has not ended" in program.refused(3, "adapt", other, target, *TERMS)
    told = program(*command)
    assert told.returncode == 0, told.stderr
    assert "Run 1 of this script" in told.stderr
    assert ask(target, "select to_regclass('core.fresh_id')::text, to_regclass('core.last')::text") == [
        ("core.fresh_id", "core.last")
    ]
    told = program("undo", target, "--backup", "none", "--yes-to", "all")
    assert told.returncode == 0, told.stderr
    assert ask(target, "select to_regclass('core.last'), count(*) from core.customer") == [(None, 50)]
    shop("drop role newcomer")


def test_repairs_that_run_in_a_circle_are_shown(program: Program, target: str, tmp_path: Path) -> None:
    script = wrote(tmp_path, "CREATE TABLE fresh (id bigint REFERENCES nowhere (id));\n")
    told = program("adapt", script, target, "--map", "nowhere=elsewhere", "--map", "elsewhere=nowhere")
    assert told.returncode == 1, told.stdout
    said = " ".join(told.stdout.split())
    assert "map:elsewhere → map:nowhere, and again" in said or "map:nowhere → map:elsewhere, and again" in said


def test_mistakes_on_the_command_line(program: Program, tmp_path: Path) -> None:
    script = wrote(tmp_path, FITS)
    assert "does not say what is meant" in program.refused(2, "adapt", script, program.address(), "--map", "a")
    assert program.refused(2, "adapt", script, wrote(tmp_path, FITS, "state.sql"), *TERMS)
    assert f"{PLAIN}" not in program.refused(2, "adapt", tmp_path / "nothing.sql", program.address())
