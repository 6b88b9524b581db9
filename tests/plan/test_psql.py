"""The files of a plan run in plain psql, again and again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from seachange import compare
from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.plan import Group, Plan, psql
from seachange.planner import plan as planned
from seachange.planner import undo
from seachange.postgres.installation import program
from seachange.step import Stage, Step, Way
from tests.plan.plans import BACK, BODY, FORTH, STEPS, UNDO, plan
from tests.plugins.servers import Server
from tests.real.mirrors import catalog

CURRENT = """
create table t (id int primary key, name text, list int[], "USER" int);
create sequence s start 5;
create view v as select id, list[1:2] as part, name::varchar(9) as short from t;
insert into t values (1, 'a'), (2, 'b');
"""
DESIRED = """
create table t (id bigint primary key, name text not null, list int[], "USER" int, code text default 'a:b\\c');
create index on t (code);
create sequence s2 increment 3;
create view v as select id, list[1:"USER"] as part, name::varchar(9) as short from t;
"""


def run(server: Server, conninfo: str, folder: Path, plan: Plan) -> list[str]:
    """Have psql run every file of the plan in its order; gives what each printed."""
    folder.mkdir(exist_ok=True)
    own = server.installation.bin / "psql"
    command = str(own if own.exists() else program("psql", server.major))
    printed = []
    for name, text in psql.files(plan).items():
        (folder / name).write_bytes(text.encode())
        arguments = (command, "-X", "-v", "ON_ERROR_STOP=1", "-f", str(folder / name), "-d", conninfo)
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        printed.append(done.stdout + done.stderr)
    return printed


def test_files_lead_to_the_desired_state_and_back_however_often_they_are_run(
    server: Server, databases: Callable[[int], tuple[str, ...]], tmp_path: Path
) -> None:
    current, desired = databases(2)
    for conninfo, script in ((current, CURRENT), (desired, DESIRED)):
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(script.encode())
    before, after = catalog(current), catalog(desired)
    forth, back = planned(before, after), undo(before, after)
    for _ in range(2):
        run(server, current, tmp_path, forth)
        assert compare(catalog(current), after).changes == ()
    for _ in range(2):
        run(server, current, tmp_path / "undo", back)
        assert compare(catalog(current), before).changes == ()


def test_what_is_done_is_passed_over_in_silence(server: Server, database: str, tmp_path: Path) -> None:
    run(server, database, tmp_path, FORTH)
    assert run(server, database, tmp_path, FORTH) == [""] * len(psql.files(FORTH))
    with psycopg.connect(database) as session:
        assert session.execute("select prosrc from pg_proc where proname = 'told'").fetchone() == (BODY,)
        assert session.execute("select pg_get_viewdef('shop.part'::regclass) like '%USER%'").fetchone() == (True,)
    for _ in range(2):
        run(server, database, tmp_path, UNDO)
    assert Ref("schema", ("shop",)) not in catalog(database)


@pytest.mark.newest
def test_a_step_says_itself_whether_it_has_something_to_do(server: Server, database: str, tmp_path: Path) -> None:
    counts = (
        Step(
            sql="CREATE TABLE public.counted (n integer)",
            stage=Stage.TABLES,
            undone="to_regclass('public.counted') IS NULL",
        ),
        Step(
            sql="INSERT INTO public.counted VALUES (1)",
            stage=Stage.DATA,
            undone="NOT EXISTS (SELECT FROM public.counted)",
        ),
        Step(
            sql="CREATE TYPE public.mood AS ENUM ('ok')",
            stage=Stage.DATA,
            undone="to_regtype('public.mood') IS NULL",
            way=Way.COMMITTED,
        ),
    )
    for _ in range(2):
        run(server, database, tmp_path, plan(counts))
    with psycopg.connect(database) as session:
        assert session.execute("select n from public.counted").fetchall() == [(1,)]


def test_a_file_for_each_stage_in_the_order_of_stages() -> None:
    assert list(psql.files(FORTH)) == [
        "01_extensions.sql",
        "04_tables.sql",
        "06_functions.sql",
        "08_views.sql",
        "09_indexes.sql",
    ]
    with pytest.raises(NotPlanned):
        psql.files(plan(reversed(STEPS)))


def test_a_step_outside_of_transactions_is_outside_and_waits_as_long_as_it_takes() -> None:
    lines = psql.files(plan(BACK))["09_indexes.sql"].splitlines()
    assert "BEGIN;" not in lines
    assert lines.index("SET lock_timeout = 0;") < lines.index("DROP INDEX CONCURRENTLY shop.item_code;")
    assert lines[-2] == "SET lock_timeout = '5s';"


def test_names_cannot_break_out_of_comments() -> None:
    text = psql.files(FORTH)["04_tables.sql"]
    assert "-- The shop\\n\\q sells items." in text
    assert not any(line.startswith("\\q") for line in text.splitlines())


@pytest.mark.newest
def test_what_later_goes_is_not_altered_once_it_is_gone(server: Server, database: str, tmp_path: Path) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create table public.gone (n integer)")
    gone = Ref("table", ("public", "gone"))
    steps = (
        Step(
            sql="ALTER TABLE public.gone SET (fillfactor = 50)",
            stage=Stage.TABLES,
            subject=gone,
            alters=frozenset({gone}),
        ),
        Step(
            sql="GRANT SELECT ON TABLE public.gone TO PUBLIC",
            stage=Stage.PRIVILEGES,
            subject=Ref("grant", gone.names, ("table", "PUBLIC", "SELECT")),
        ),
        Step(sql="DROP TABLE public.gone", stage=Stage.REMOVE, subject=gone, takes=frozenset({gone})),
    )
    for _ in range(2):
        run(server, database, tmp_path, plan(steps))


@pytest.mark.newest
def test_what_is_built_anew_is_built_once(server: Server, database: str, tmp_path: Path) -> None:
    """The rows that have come since would be lost with it."""
    table, index = Ref("table", ("public", "t")), Ref("index", ("public", "i"))
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create table public.t (n integer)")
    steps = (
        Step(sql="DROP TABLE public.t", stage=Stage.TABLES, subject=table, takes=frozenset({table})),
        Step(sql="CREATE TABLE public.t (n bigint)", stage=Stage.TABLES, subject=table, makes=frozenset({table})),
        Step(sql="CREATE INDEX i ON public.t (n)", stage=Stage.TABLES, subject=index, makes=frozenset({index})),
    )
    anew = Plan("before", "after", 180000, (Group(Stage.TABLES, steps),))
    run(server, database, tmp_path, anew)
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("insert into public.t values (1)")
        run(server, database, tmp_path, anew)
        assert session.execute("select n from public.t").fetchall() == [(1,)]
