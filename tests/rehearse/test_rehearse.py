"""A right plan is proven; each way to be wrong is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from seachange import read
from seachange.catalog.catalog import Catalog
from seachange.catalog.ref import Ref
from seachange.errors import NotPermitted, NotUnderstood, StatementRefused, Unreachable
from seachange.plan import Plan
from seachange.planner import plan as planned
from seachange.postgres import databases as postgres_databases
from seachange.rehearse import ALL, NONE, rehearse
from seachange.rehearse.rehearsal import Rehearsal
from seachange.step import Lock, Risk, Stage, Way
from tests.plugins.servers import Server
from tests.rehearse.plans import (
    BACK,
    CUSTOMER,
    DESIRED,
    DROP_MAIL,
    INDEX,
    INVOICE,
    NOTE,
    RIGHT,
    WIDEN,
    errors,
    instead,
    notes,
    plan,
    send,
    states,
    step,
)

Databases = Callable[[int], tuple[str, ...]]
Try = Callable[..., Rehearsal]


@pytest.fixture
def tried(server: Server, databases: Databases) -> Try:
    """Rehearses steps on the current state, to see whether they lead to the desired one."""
    current, desired = states(databases)

    def rehearsed(*steps: object, together: bool = False, **more: object) -> Rehearsal:
        wanted = plan(*steps, version=server.major * 10000, together=together)  # type: ignore[arg-type]
        where = {"scratch": server.conninfo, "desired_source": desired, **more}
        return rehearse(wanted, current, read(desired), **where)  # type: ignore[arg-type]

    return rehearsed


def undo(server: Server) -> Plan:
    return plan(*BACK, version=server.major * 10000)


def test_right_plan_is_proven(server: Server, tried: Try) -> None:
    rehearsal = tried(*RIGHT, undo=undo(server))
    assert rehearsal.proven, rehearsal.findings
    assert rehearsal.plan.left == ()
    assert not rehearsal.plan.dump
    assert {(row.table, row.before, row.after) for row in rehearsal.plan.rows} == {
        (CUSTOMER, 50, 50),
        (INVOICE, 200, 200),
    }
    assert all(row.survived for row in rehearsal.plan.rows)
    assert rehearsal.undo
    assert rehearsal.undo.left == ()
    assert (rehearsal.copied.rows, rehearsal.copied.whole) == (250, True)


def test_locks_and_work_are_measured(tried: Try) -> None:
    rehearsal = tried(*RIGHT)
    widen, note, index, _ = (taken.measured for taken in rehearsal.plan.steps)
    assert [(held.relation, held.lock) for held in widen.locks] == [(CUSTOMER, Lock.ACCESS_EXCLUSIVE)]
    assert not widen.rewritten
    assert not note.rewritten
    assert (INVOICE, Lock.SHARE_UPDATE_EXCLUSIVE) in [(held.relation, held.lock) for held in index.locks]


@pytest.mark.newest
def test_target_is_left_as_it_is(server: Server, databases: Databases) -> None:
    current, desired = states(databases)
    before = read(current).fingerprint
    rehearse(plan(*RIGHT), current, read(desired), scratch=server.conninfo, desired_source=desired)
    assert read(current).fingerprint == before


@pytest.mark.newest
def test_column_dropped_without_saying_so(tried: Try) -> None:
    silent = step(DROP_MAIL.sql, CUSTOMER)
    rehearsal = tried(*instead(RIGHT, DROP_MAIL, silent))
    assert errors(rehearsal) == {"rows-lost"}
    (lost,) = rehearsal.plan.lost
    assert (lost.ref, lost.rows) == (Ref("table column", (*CUSTOMER, "mail")), 50)


@pytest.mark.newest
def test_rows_that_go_are_missed(tried: Try) -> None:
    gone = step("DELETE FROM shop.invoice WHERE id > 150", stage=Stage.DATA)
    rehearsal = tried(*RIGHT, gone)
    assert errors(rehearsal) == {"rows-lost"}
    assert [(row.table, row.before, row.after) for row in rehearsal.plan.rows if not row.survived] == [
        (INVOICE, 200, 150)
    ]


@pytest.mark.newest
def test_values_that_change_are_seen(tried: Try) -> None:
    rehearsal = tried(*RIGHT, step("UPDATE shop.invoice SET total = total + 1 WHERE id = 7", stage=Stage.DATA))
    assert errors(rehearsal) == {"rows-lost"}


@pytest.mark.newest
def test_column_built_anew_loses_its_values(tried: Try) -> None:
    anew = step("ALTER TABLE shop.invoice DROP COLUMN total, ADD total numeric(8,2) NOT NULL DEFAULT 1", INVOICE)
    rest = (step("ALTER TABLE shop.invoice ALTER total DROP DEFAULT", INVOICE),)
    check = (step("ALTER TABLE shop.invoice ADD CONSTRAINT invoice_total_check CHECK (total > 0)", INVOICE),)
    assert errors(tried(anew, *rest, *check, *RIGHT)) == {"rows-lost"}


@pytest.mark.newest
def test_rewrite_that_is_not_declared(tried: Try) -> None:
    volatile = step("ALTER TABLE shop.invoice ADD COLUMN note text DEFAULT clock_timestamp()::text", INVOICE)
    plain = step("ALTER TABLE shop.invoice ALTER COLUMN note SET DEFAULT '-'", INVOICE)
    steps = instead(RIGHT, NOTE, volatile, plain)
    rehearsal = tried(*steps)
    assert errors(rehearsal) == {"rewrite-undeclared"}
    said = step(volatile.sql, INVOICE, rewrites=frozenset({INVOICE}), risks=frozenset({Risk.REWRITES}))
    assert tried(*instead(steps, volatile, said)).proven


@pytest.mark.newest
def test_lock_that_is_stronger_than_declared(tried: Try) -> None:
    blocking = step(INDEX.sql.replace(" CONCURRENTLY", ""), INVOICE, lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    rehearsal = tried(*instead(RIGHT, INDEX, blocking))
    assert errors(rehearsal) == {"lock-worse"}
    (worse,) = [held for taken in rehearsal.plan.steps for held in taken.measured.worse]
    assert (worse.relation, worse.lock) == (INVOICE, Lock.SHARE)


@pytest.mark.newest
def test_lock_outside_of_a_transaction_is_seen(tried: Try) -> None:
    silent = step(INDEX.sql, way=Way.ALONE)
    rehearsal = tried(*instead(RIGHT, INDEX, silent))
    assert rehearsal.proven
    assert "lock-worse" in notes(rehearsal)


@pytest.mark.newest
def test_plan_that_leads_elsewhere(tried: Try) -> None:
    rehearsal = tried(*instead(RIGHT, NOTE))
    assert errors(rehearsal) == {"not-converged", "dump-differs"}
    assert Ref("table column", (*INVOICE, "note")) in {change.ref for change in rehearsal.plan.left}


@pytest.mark.newest
def test_undo_that_does_not_lead_back(server: Server, tried: Try) -> None:
    rehearsal = tried(*RIGHT, undo=plan(*BACK[:-1]))
    assert errors(rehearsal) == {"undo-elsewhere", "dump-differs"}
    assert rehearsal.undo


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("ALTER TABLE shop.nobody ADD COLUMN a int", "42P01"),
        ("ALTER TABLE shop.invoice ADD CONSTRAINT small CHECK (total < 100)", "23514"),
        ("ALTER TABLE shop.invoice ADD", "42601"),
    ],
)
@pytest.mark.newest
def test_step_that_is_refused(tried: Try, sql: str, code: str) -> None:
    rehearsal = tried(WIDEN, step(sql, INVOICE), NOTE)
    assert errors(rehearsal) == {"step-refused"}
    refusal = rehearsal.plan.refusal
    assert refusal
    assert (refusal.number, refusal.code) == (2, code)
    assert [taken.number for taken in rehearsal.plan.steps] == [1]


@pytest.mark.newest
def test_nothing_of_a_group_that_fails_is_told_as_done(tried: Try) -> None:
    rehearsal = tried(WIDEN, step("SELECT 1/0"), together=True)
    assert rehearsal.refused
    assert rehearsal.plan.steps == ()


@pytest.mark.newest
def test_renamed_table_and_column_keep_their_rows(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create table a (x int); insert into a select generate_series(1, 30)")
    send(desired, "create table b (y int)")
    old, new = ("public", "a"), ("public", "b")
    table = step(
        "ALTER TABLE public.a RENAME TO b",
        old,
        takes=frozenset({Ref("table", old)}),
        makes=frozenset({Ref("table", new)}),
    )
    column = step(
        "ALTER TABLE public.b RENAME COLUMN x TO y",
        new,
        takes=frozenset({Ref("table column", (*new, "x"))}),
        makes=frozenset({Ref("table column", (*new, "y"))}),
    )
    rehearsal = rehearse(plan(table, column), current, read(desired), scratch=server.conninfo, desired_source=desired)
    assert rehearsal.proven, rehearsal.findings
    (row,) = rehearsal.plan.rows
    assert (row.table, row.name, row.survived) == (old, new, True)


@pytest.mark.newest
def test_converted_values_are_compared_as_the_new_type_writes_them(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create table a (x int, y text); insert into a select i, i || '0' from generate_series(1, 30) i")
    send(desired, "create table a (x numeric(8,2), y int)")
    table = ("public", "a")
    sql = "ALTER TABLE public.a ALTER x TYPE numeric(8,2), ALTER y TYPE int USING y::int / {}"
    for divisor, changed in ((1, ()), (10, ("y",))):
        one = step(sql.format(divisor), table, rewrites=frozenset({table}))
        rehearsal = rehearse(plan(one), current, read(desired), scratch=server.conninfo, desired_source=desired)
        assert rehearsal.proven, rehearsal.findings
        assert [row.changed for row in rehearsal.plan.rows] == [changed]


@pytest.mark.newest
@pytest.mark.parametrize("rows", [ALL, NONE])
def test_rows_that_are_wanted(tried: Try, rows: object) -> None:
    rehearsal = tried(*RIGHT, rows=rows)
    assert rehearsal.proven
    assert rehearsal.copied.rows == (250 if rows is ALL else 0)


@pytest.mark.newest
def test_script_is_a_target_with_rows_made_up(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "current.sql"
    script.write_text("create table t (id int primary key, state text not null check (state in ('a', 'b')))")
    wanted = tmp_path / "desired.sql"
    wanted.write_text("create table t (id int primary key, state text not null check (state in ('a', 'b')), n int)")
    one = step("ALTER TABLE public.t ADD COLUMN n integer", ("public", "t"))
    where = server.conninfo
    goal = read(str(wanted), scratch=where)
    rehearsal = rehearse(plan(one), str(script), goal, scratch=where, desired_source=str(wanted))
    assert rehearsal.proven, rehearsal.findings
    assert rehearsal.copied.made_up == 3
    assert [row.before for row in rehearsal.plan.rows] == [3]


@pytest.mark.newest
def test_scratch_databases_are_gone(server: Server, tried: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that this test had made: others use the server as well."""
    made: list[str] = []
    name = postgres_databases.scratch_name
    monkeypatch.setattr(postgres_databases, "scratch_name", lambda backend: made.append(name(backend)) or made[-1])
    tried(*RIGHT)
    with pytest.raises(NotUnderstood):
        tried(*RIGHT, desired_source="nowhere.sql")
    with psycopg.connect(server.conninfo) as session:
        there = {name for (name,) in session.execute("select datname from pg_database")}
    assert made
    assert there.isdisjoint(made)


@pytest.mark.newest
def test_role_that_may_not_read_the_target(server: Server, databases: Databases, role: str) -> None:
    current, desired = states(databases)
    send(current, f"create role {role} login")
    as_role = psycopg.conninfo.make_conninfo(current, user=role)
    with pytest.raises(NotPermitted, match="permission denied"):
        rehearse(plan(*RIGHT), as_role, read(desired), scratch=server.conninfo, desired_source=desired)


@pytest.mark.newest
def test_beside_the_target(databases: Databases) -> None:
    current, desired = states(databases)
    rehearsal = rehearse(plan(*RIGHT), current, read(desired), scratch="beside", desired_source=desired)
    assert rehearsal.proven, rehearsal.findings
    assert rehearsal.copied.rows == 250


@pytest.mark.newest
def test_extension_may_lock_what_came_with_it(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(desired, "create extension pg_stat_statements")
    forth, back = (planned(read(one), read(other)) for one, other in ((current, desired), (desired, current)))
    rehearsal = rehearse(forth, current, read(desired), undo=back, scratch=server.conninfo, desired_source=desired)
    assert rehearsal.proven, rehearsal.findings


@pytest.mark.newest
def test_extension_that_the_scratch_server_has_not(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "current.sql"
    script.write_text("create extension nobody_has_it")
    with pytest.raises(StatementRefused):
        rehearse(plan(WIDEN), str(script), read_nothing(tmp_path), scratch=server.conninfo)


def read_nothing(folder: Path) -> Catalog:
    (folder / "nothing.sql").write_text(DESIRED)
    return read(str(folder / "nothing.sql"))


@pytest.mark.newest
def test_rows_of_tables_that_the_plan_touches_suffice(tried: Try) -> None:
    only = step("COMMENT ON TABLE shop.customer IS NULL", CUSTOMER)
    assert tried(only).copied.rows == 50


@pytest.mark.newest
def test_step_that_touches_more_than_it_says(tried: Try) -> None:
    hidden = step("DO $$ BEGIN DELETE FROM shop.invoice; END $$", CUSTOMER)
    rehearsal = tried(WIDEN, hidden)
    assert "rows-lost" in errors(rehearsal)
    assert rehearsal.copied.rows == 250


@pytest.mark.newest
def test_rows_that_a_check_has_never_seen_come_along(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create table t (x int); insert into t values (-1); comment on table t is 'as it is'")
    send(current, "alter table t add constraint plus check (x > 0) not valid")
    send(current, "comment on constraint plus on t is 'not yet'")
    send(desired, "create table t (x int constraint plus check (x > 0)); comment on table t is 'as it is'")
    send(desired, "comment on constraint plus on t is 'not yet'")
    validate = step("ALTER TABLE public.t VALIDATE CONSTRAINT plus", ("public", "t"))
    rehearsal = rehearse(plan(validate), current, read(desired), scratch=server.conninfo, desired_source=desired)
    assert rehearsal.copied.rows == 1
    assert rehearsal.plan.refusal
    assert rehearsal.plan.refusal.code == "23514"


@pytest.mark.newest
def test_role_that_the_target_has_not_got(tried: Try) -> None:
    rehearsal = tried(*RIGHT, step("GRANT SELECT ON shop.invoice TO nobody_at_all", INVOICE))
    assert errors(rehearsal) == {"step-refused", "role-missing"}


@pytest.mark.newest
def test_disk_that_is_full(tried: Try) -> None:
    full = step("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$", INVOICE)
    with pytest.raises(Unreachable, match="no room for the copy: could not extend file"):
        tried(full)


@pytest.mark.newest
def test_rows_that_are_made_up_do_not_stop_a_plan(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create table t (x int)")
    send(desired, "create table t (x int, y int not null)")
    one = step("ALTER TABLE public.t ADD COLUMN y integer NOT NULL", ("public", "t"))
    rehearsal = rehearse(plan(one), current, read(desired), scratch=server.conninfo, desired_source=desired)
    assert rehearsal.proven, rehearsal.findings
    assert "made-up-refused" in notes(rehearsal)
    send(current, "insert into t values (1)")
    rehearsal = rehearse(plan(one), current, read(desired), scratch=server.conninfo, desired_source=desired)
    assert errors(rehearsal) == {"step-refused"}


@pytest.mark.newest
def test_only_tables_of_the_refused_step_stay_empty(server: Server, databases: Databases) -> None:
    current, desired = databases(2)
    send(current, "create table t (x int); create table u (x int)")
    send(desired, "create table t (x int, y int not null); create table u (x int, y int)")
    steps = (
        step("ALTER TABLE public.t ADD COLUMN y integer NOT NULL", ("public", "t")),
        step("ALTER TABLE public.u ADD COLUMN y integer", ("public", "u")),
    )
    rehearsal = rehearse(plan(*steps), current, read(desired), scratch=server.conninfo, desired_source=desired)
    assert rehearsal.proven, rehearsal.findings
    assert [row.table for row in rehearsal.plan.rows] == [("public", "u")]
