"""A backfill meets every row once, whatever its key is, whoever is in the way, and however often it is killed."""

from __future__ import annotations

from threading import Thread

import msgspec
import psycopg
import pytest

from seachange.apply import filling
from seachange.apply.filling import fill
from seachange.apply.terms import SILENT, Listener, Terms
from seachange.errors import Blocked, StepFailed, Unreachable
from seachange.postgres import batches, lookout
from seachange.postgres.connection import backend
from seachange.postgres.ledger import Checkpoint, Why
from seachange.step import Fill, Stage, Step, Way
from tests.apply.running import QUICK, Heard, asked, done, running
from tests.postgres.processes import eventually

COUNTED = """
create function counted() returns trigger language plpgsql as $$
begin
  new.met := coalesce(old.met, 0) + 1;
  return new;
end $$;
create trigger counted before update on {table} for each row execute function counted();
"""
"""Every row tells how often it was changed."""
MANY = 3000
"""Rows that take several batches."""


def step(table: str, *key: str, value: str = "1", pending: str = "n is null", column: str = "n") -> Step:
    fill = Fill(("public", table), key, column, value, pending)
    return Step(sql="DO 'as the plan has it'", stage=Stage.DATA, way=Way.ALONE, fill=fill)


def filled(conninfo: str, step: Step, terms: Terms = QUICK, hears: Listener = SILENT) -> int:
    with running(conninfo, terms, hears) as work:
        return fill(work, 1, step)


def times_met(conninfo: str, table: str) -> dict[object, object]:
    """How many rows were changed how often."""
    return dict(asked(conninfo, f'select met, count(*) from public."{table}" group by 1'))  # type: ignore[arg-type]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a few rows, however fast they are."""
    for course, least in ((batches.ByKey, 50), (batches.ByBlock, 1)):
        monkeypatch.setattr(course, "least", least)
        monkeypatch.setattr(course, "most", least * 4)


KEYS = {
    "negative": ("id bigint primary key", "i - 1500"),
    "descending": ("id numeric primary key", "-i / 7.0"),
    "uuid": ("id uuid primary key", "md5(i::text)::uuid"),
    "quoted": ("id text primary key", "case i % 3 when 0 then '''' when 1 then '\\' else '\"%s' end || i"),
    "other letters": ('id text collate "ucs_basic" primary key', "case i % 2 when 0 then 'ä' else 'Z' end || i"),
    "padded": ("id character(8) primary key", "i"),
    "time": ("id timestamptz primary key", "timestamptz '0044-03-15 12:00 BC' + i * interval '9 months'"),
    "array": ("id int[] primary key", "array[i % 5, null, i]"),
    "composite type": ("id pair primary key", "row(i % 7, i || ', \"')::pair"),
    "domain": ("id positive primary key", "i"),
    "range": ("id int4range primary key", "int4range(i, i + 5)"),
    "floating": ("id double precision primary key", "1.0::double precision / i"),
    "case-insensitive": ("id citext primary key", "case i % 2 when 0 then 'a' else 'B' end || i"),
    "none": ("id int", "i"),
}


@pytest.mark.newest
@pytest.mark.parametrize("kind", KEYS)
def test_each_row_is_changed_once_whatever_the_key(database: str, kind: str, small: None) -> None:
    declared, value = KEYS[kind]
    done(
        database,
        "create type pair as (a int, b text); create domain positive as int check (value > 0); create extension citext",
        f"create table t ({declared}, n int, met int)",
        f"insert into t select {value} from generate_series(1, {MANY}) i",
        COUNTED.format(table="t"),
    )
    key = () if kind == "none" else ("id",)
    assert filled(database, step("t", *key)) == MANY
    assert times_met(database, "t") == {1: MANY}


def test_keys_of_several_columns_and_hostile_names(database: str, small: None) -> None:
    done(
        database,
        'create table "T ""x" (n int, b text, "select" int, met int, primary key ("select", b))',
        f"""insert into "T ""x" ("select", b) select i % 3, 'it''s \\' || i from generate_series(1, {MANY}) i""",
        COUNTED.format(table='"T ""x"'),
    )
    heard = Heard()
    assert filled(database, step('T "x', "select", "b"), hears=heard) == MANY
    assert times_met(database, 'T ""x') == {1: MANY}
    assert len(heard.progress) > 1


def test_a_table_without_a_key(database: str, small: None) -> None:
    done(
        database,
        "create table t (a int, n int, met int)",
        f"insert into t select i from generate_series(1, {MANY}) i",
        COUNTED.format(table="t"),
    )
    heard = Heard()
    assert filled(database, step("t", value="a + 1"), hears=heard) == MANY
    assert times_met(database, "t") == {1: MANY}
    assert asked(database, "select count(*) from t where n = a + 1") == [(MANY,)]


@pytest.mark.newest
@pytest.mark.parametrize("key", ["id", ""])
def test_an_empty_table_has_nothing_to_fill(database: str, key: str) -> None:
    done(database, "create table t (id int primary key, n int)")
    assert filled(database, step("t", *filter(None, [key]))) == 0


@pytest.mark.newest
def test_what_is_not_pending_stays_as_it_is(database: str) -> None:
    done(
        database,
        "create table t (id int primary key, n int, met int)",
        "insert into t select i, case when i % 2 = 0 then 7 end from generate_series(1, 10) i",
        COUNTED.format(table="t"),
    )
    assert filled(database, step("t", "id", pending="n is null or n = 8")) == 5
    assert asked(database, "select n, met, count(*) from t group by 1, 2 order by 1") == [(1, 1, 5), (7, None, 5)]


@pytest.mark.parametrize("key", ["id", ""])
def test_triggers_do_not_see_what_nobody_changed(database: str, key: str) -> None:
    done(
        database,
        "create table t (id int primary key, n int, met int)",
        "insert into t select generate_series(1, 10)",
        COUNTED.format(table="t"),
    )
    filling = step("t", *filter(None, [key]))
    assert filling.fill
    quiet = msgspec.structs.replace(filling, fill=msgspec.structs.replace(filling.fill, quiet=True))
    assert filled(database, quiet) == 10
    assert asked(database, "select n, met, count(*) from t group by 1, 2") == [(1, None, 10)]


@pytest.mark.newest
def test_only_the_table_itself_is_filled(database: str) -> None:
    done(
        database,
        "create table parent (id int primary key, n int); create table child (primary key (id)) inherits (parent)",
        "create table whole (id int primary key, n int) partition by range (id)",
        "create table leaf partition of whole for values from (0) to (100)",
        "insert into parent values (1); insert into child values (1); insert into whole values (1), (2)",
    )
    assert filled(database, step("parent", "id")) == 1
    assert asked(database, "select tableoid::regclass::text, n from parent order by 1") == [
        ("child", None),
        ("parent", 1),
    ]
    assert filled(database, step("leaf", "id")) == 2


@pytest.mark.newest
def test_the_default_is_a_value(database: str) -> None:
    done(database, "create table t (id int primary key, n uuid); alter table t alter n set default gen_random_uuid()")
    done(database, "insert into t select i, null from generate_series(1, 9) i")
    assert filled(database, step("t", "id", value="DEFAULT")) == 9
    assert asked(database, "select count(distinct n) from t") == [(9,)]


def test_a_killed_backfill_goes_on_and_changes_no_row_twice(database: str, small: None) -> None:
    done(
        database,
        "create table t (id int primary key, n int, met int)",
        f"insert into t select i from generate_series(1, {MANY}) i",
        COUNTED.format(table="t"),
    )

    class Killing(Heard):
        """Ends the backend after the third batch, and after the fifth."""

        def progresses(self, number: int, phase: str, done: int, of: int) -> None:
            super().progresses(number, phase, done, of)
            if len(self.progress) in (3, 5):
                asked(database, f"select pg_terminate_backend({self.pid}, 5000)")

        pid = 0

    heard, counting = Killing(), step("t", "id", value="coalesce(n, 0) + 1")
    with running(database, hears=heard) as work:
        run = work.run
        heard.pid = backend(work.session)
        with pytest.raises(Unreachable, match="at step 1"):
            fill(work, 1, counting)
    reached = heard.progress[-1][1]
    assert 0 < reached < MANY
    with running(database, hears=heard, run=run) as work:
        heard.pid = backend(work.session)
        with pytest.raises(Unreachable):
            fill(work, 1, counting)
    assert heard.progress[3][1] > reached, "it began anew"
    with running(database, hears=heard, run=run) as work:
        assert fill(work, 1, counting) == MANY
        assert fill(work, 1, counting) == MANY
    assert times_met(database, "t") == {1: MANY}
    assert asked(database, "select distinct n from t") == [(1,)]


@pytest.mark.newest
def test_a_batch_and_its_checkpoint_happen_together(database: str, small: None) -> None:
    """The value counts how often it was applied, and nothing in it keeps a row from being met again."""
    done(
        database,
        "create table t (id int primary key, n int not null default 0)",
        f"insert into t select i from generate_series(1, {MANY}) i",
    )

    class Gone(Exception):
        pass

    class Stopping(Heard):
        def progresses(self, number: int, phase: str, done: int, of: int) -> None:
            raise Gone

    with running(database, hears=Stopping()) as work:
        run = work.run
        with pytest.raises(Gone):
            fill(work, 1, step("t", "id", value="n + 1", pending="n < 2"))
    [(kept, rows)] = asked(database, f"select reached ->> 0, rows from seachange.checkpoints where run = {run}")
    assert asked(database, "select max(id), count(*) from t where n = 1") == [(int(str(kept)), rows)]


@pytest.mark.newest
@pytest.mark.parametrize("key", ["id", ""])
def test_rows_that_writers_move_meanwhile_are_found(database: str, key: str, small: None) -> None:
    """Those that a batch has not met go behind those that were."""
    done(
        database,
        "create table t (id int primary key, n int, met int)",
        f"insert into t select i from generate_series(1, {MANY}) i",
        COUNTED.format(table="t"),
    )

    class Moving(Heard):
        def progresses(self, number: int, phase: str, done_: int, of: int) -> None:
            super().progresses(number, phase, done_, of)
            if len(self.progress) == 1:
                done(database, f"alter table t disable trigger all; update t set id = -id where id > {MANY - 10}")
                done(database, "alter table t enable trigger all")

    assert filled(database, step("t", *filter(None, [key])), hears=Moving()) == MANY
    assert times_met(database, "t") == {1: MANY}


@pytest.mark.newest
def test_a_row_that_somebody_holds_is_waited_for(database: str) -> None:
    done(database, "create table t (id int primary key, n int); insert into t select generate_series(1, 9)")
    heard = Heard()
    with psycopg.connect(database, application_name="the other") as other, running(database, hears=heard) as work:
        other.execute("update t set id = id where id = 5")

        def free() -> None:
            eventually(lambda: bool(heard.over))
            other.commit()

        freeing = Thread(target=free)
        freeing.start()
        assert fill(work, 1, step("t", "id")) == 9
        freeing.join()
        kept, *_ = work.ledger.waits(work.run)
        pid = other.info.backend_pid
    why, [blocker, *_] = heard.waiting[0]
    assert (why, blocker.application, blocker.pid) == (Why.LOCK, "the other", pid)
    assert kept.why is Why.LOCK
    assert kept.seconds > 0
    assert [each.application for each in kept.blockers] == ["the other"]
    assert {wait.why for wait in heard.over} == {Why.LOCK}


@pytest.mark.newest
def test_who_is_in_the_way_for_too_long_is_named(database: str) -> None:
    done(database, "create table t (id int primary key, n int); insert into t select generate_series(1, 9)")
    with (
        psycopg.connect(database, application_name="the other") as other,
        running(database, Terms(patience=0.1, hold=0.5)) as work,
    ):
        other.execute("select from t where id = 5 for update")
        with pytest.raises(Blocked) as told:
            fill(work, 1, step("t", "id"))
        assert work.ledger.waits(work.run)[0].why is Why.LOCK
        pid = other.info.backend_pid
    for word in ("step 1", "0.1 s", f"process {pid}", "for update"):
        assert word in told.value.message


@pytest.mark.newest
@pytest.mark.parametrize("holding", ["select from t where id = 5 for no key update", "update t set id = id"])
def test_who_holds_a_row_is_named_even_where_nobody_can_look(
    database: str, holding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(session: object) -> None:
        raise psycopg.OperationalError("too many clients already")

    monkeypatch.setattr(lookout, "another", refused)
    done(database, "create table t (id int primary key, n int); insert into t select generate_series(1, 9)")
    hasty = Terms(patience=0.1, hold=0.05)
    with psycopg.connect(database, application_name="the other") as other, running(database, hasty) as work:
        other.execute(holding.encode())
        with pytest.raises(Blocked, match="the other"):
            fill(work, 1, step("t", "id"))


@pytest.mark.newest
def test_a_value_that_a_check_refuses_stops_it(database: str, small: None) -> None:
    done(
        database,
        "create table t (id int primary key, n int check (n < 2000))",
        f"insert into t select i from generate_series(1, {MANY}) i",
    )
    with running(database) as work:
        with pytest.raises(StepFailed) as told:
            fill(work, 7, step("t", "id", value="id"))
        assert told.value.code == "23514"
        assert told.value.number == 7
        assert "UPDATE ONLY public.t SET n = id WHERE" in told.value.sql
        assert "batches before it have been done" in told.value.message
        at_rows = work.ledger.reached(work.run, 7)
        assert at_rows is not None
        assert asked(database, "select count(*) from t where n is not null") == [(at_rows.rows,)]


@pytest.mark.newest
def test_a_refusal_at_the_end_of_a_batch_is_told_alike(database: str) -> None:
    done(
        database,
        "create table other (id int primary key)",
        "create table t (id int primary key, n int references other deferrable initially deferred)",
        "insert into t values (1)",
    )
    with running(database) as work, pytest.raises(StepFailed) as told:
        fill(work, 1, step("t", "id"))
    assert told.value.code == "23503"


@pytest.mark.newest
def test_a_batch_ends_after_so_many_rows(database: str) -> None:
    """In the order of the key, not of the texts that tell it."""
    done(database, "create table t (id int, b text, n int, primary key (id, b)); insert into t select 2, 'x'")
    done(database, "insert into t select i, 'a' from generate_series(1, 30) i")
    with running(database) as work:
        course = batches.course(work.session, Fill(("public", "t"), ("id", "b"), "n", "1", "true"))
        batch = course.after((), 11)
        assert (batch.end, batch.last) == (("10", "a"), False)
        batch = course.after(batch.end, 20)
        assert (batch.end, batch.last) == (("30", "a"), False)
        assert course.after(batch.end, 1).last


@pytest.mark.newest
def test_batches_take_about_as_long_as_they_should(database: str) -> None:
    """Sizes follow the time that a batch took."""
    sizes = [1000]
    for seconds in (0.01, 0.04, 0.1, 0.3, 0.5):
        sizes.append(filling._fitting(sizes[-1], seconds, batches.ByBlock(1)))
    assert sizes == [1000, 1024, 1024, 1024, 512, 256]


@pytest.mark.newest
def test_a_backfill_leaves_time_for_others(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done(database, "create table t (id int primary key, n int); insert into t select generate_series(1, 9)")
    slept: list[float] = []
    monkeypatch.setattr(filling.time, "sleep", slept.append)
    filled(database, step("t", "id"), Terms(share=0.5))
    [rest] = slept
    assert rest > 0
    slept.clear()
    filled(database, step("t", "id"), Terms(share=1.0))
    assert slept == [0.0]


@pytest.mark.newest
def test_a_role_that_wants_serializable_transactions_gets_its_rows_filled(database: str) -> None:
    done(database, "create table t (id int primary key, n int); insert into t select generate_series(1, 9)")
    with running(database) as work:
        work.session.execute("set default_transaction_isolation = serializable")
        assert fill(work, 1, step("t", "id")) == 9


@pytest.mark.newest
def test_what_the_ledger_keeps_is_the_key_itself(database: str) -> None:
    done(database, "create table t (a text, b int, n int, primary key (a, b))")
    done(database, f"insert into t select 'a''b', i from generate_series(1, {MANY}) i")
    with running(database) as work:
        fill(work, 1, step("t", "a", "b"))
        kept = work.ledger.reached(work.run, 1)
    assert isinstance(kept, Checkpoint)
    assert kept.rows == MANY
    assert kept.reached[0] == "a'b"
    assert 0 < int(kept.reached[1]) <= MANY


@pytest.mark.newest
def test_the_ledger_never_holds_what_writers_wait_for(database: str) -> None:
    """While a batch is open, its session holds no lock of the ledger or the table that a writer would wait for."""
    done(database, "create table t (id int primary key, n int); insert into t select generate_series(1, 9)")
    held: list[tuple[object, ...]] = []
    with running(database) as work:
        reach = work.ledger.reach

        def reached(run: int, number: int, checkpoint: Checkpoint) -> None:
            reach(run, number, checkpoint)
            held.extend(
                asked(
                    database,
                    "select relation::regclass::text, mode from pg_locks where granted and locktype = 'relation' "
                    f"and pid = {backend(work.session)} and relation >= 16384",
                )
            )

        work.ledger.reach = reached  # type: ignore[method-assign]
        fill(work, 1, step("t", "id"))
    assert ("t", "RowExclusiveLock") in held
    assert ("seachange.checkpoints", "RowExclusiveLock") in held
    assert {mode for _, mode in held} <= {"RowExclusiveLock", "RowShareLock", "AccessShareLock"}
