"""A run keeps to its hours, and does not run away from its standbys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seachange.apply import pausing
from seachange.apply.pausing import pause
from seachange.apply.terms import Terms, Window
from seachange.errors import Blocked, NotPermitted
from seachange.postgres import standbys
from seachange.postgres.ledger import Blocker, Why
from tests.apply.running import Heard, done, running
from tests.apply.standby import pair
from tests.plugins.servers import Server
from tests.postgres.processes import eventually

pytestmark = pytest.mark.newest
WRITES = "insert into t select i from generate_series(1, 5000) i"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Sets the clock that the hours go by; with every look it goes on by half an hour."""
    at = [datetime(2024, 5, 5)]

    def now() -> datetime:
        found = at[0]
        at[0] = found.replace(hour=(found.hour + found.minute // 30) % 24, minute=(found.minute + 30) % 60)
        return found

    def set_to(hour: int, minute: int) -> None:
        at[0] = datetime(2024, 5, 5, hour, minute)

    monkeypatch.setattr(pausing, "_now", now)
    monkeypatch.setattr(pausing, "POLL", 0)
    return set_to


@pytest.mark.parametrize(
    ("begin", "end", "inside", "outside"),
    [
        (time(9), time(17), (time(9), time(16, 59)), (time(8, 59), time(17), time(0))),
        (time(22), time(5), (time(22), time(23, 59), time(0), time(4, 59)), (time(5), time(12), time(21, 59))),
        (time(6), time(6), (time(5), time(6), time(7)), ()),
    ],
)
def test_hours(
    begin: time, end: time, inside: tuple[time, ...], outside: tuple[time, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_open(at: time) -> bool:
        monkeypatch.setattr(pausing, "_now", lambda: datetime.combine(datetime(2024, 5, 5), at))
        return pausing._is_open(Window(begin, end))

    assert [at for at in inside if not is_open(at)] == []
    assert [at for at in outside if is_open(at)] == []


def test_it_waits_for_its_hours_and_tells(database: str, clock: Callable[[int, int], None]) -> None:
    clock(21, 0)
    heard = Heard()
    with running(database, Terms(window=Window(time(22), time(5)), patience=0), heard) as at:
        pause(at, 3)
        [kept] = at.ledger.waits(at.run)
    assert heard.waiting == [(Why.WINDOW, ())]
    assert heard.over == [kept]
    assert (kept.step, kept.why, kept.blockers) == (3, Why.WINDOW, ())


def test_within_its_hours_it_does_not_wait(database: str, clock: Callable[[int, int], None]) -> None:
    clock(23, 0)
    heard = Heard()
    with running(database, Terms(window=Window(time(22), time(5))), heard) as at:
        pause(at, 3)
        assert at.ledger.waits(at.run) == ()
    assert heard.waiting == heard.over == []


def test_with_nothing_to_mind_nobody_is_asked(database: str) -> None:
    with running(database) as at:
        at.session.close()
        pause(at, 1)


def test_without_standbys_there_is_nothing_to_wait_for(database: str) -> None:
    heard = Heard()
    with running(database, Terms(max_lag=0), heard) as at:
        pause(at, 1)
    assert heard.waiting == []


def test_a_role_that_cannot_see_the_standbys_is_told_at_once(database: str, role: str) -> None:
    name = conninfo_to_dict(database)["dbname"]
    done(database, f"create role {role} login; grant create on database {name} to {role}")
    ours = make_conninfo(database, user=role)
    with running(ours, Terms(max_lag=1 << 20)) as at, pytest.raises(NotPermitted) as told:
        pause(at, 1)
    assert role in told.value.message
    assert f"GRANT pg_monitor TO {role}" in told.value.advice
    done(database, f"grant pg_monitor to {role}")
    with running(ours, Terms(max_lag=1 << 20)) as at:
        pause(at, 1)


def test_a_standby_that_is_behind_is_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pausing, "POLL", 0.01)
    with pair(server.installation) as (primary, standby), running(primary) as at:
        done(primary, "create table t (id int)")
        patient = replace(at, terms=Terms(max_lag=100_000))
        hasty = replace(at, terms=Terms(max_lag=100_000, patience=0))
        pause(patient, 1)
        with psycopg.connect(standby, autocommit=True) as other:
            other.execute("select pg_wal_replay_pause()")
            done(primary, WRITES)
            eventually(lambda: bool(standbys.behind(at.session, 100_000)))

            class Resuming(Heard):
                def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
                    super().waits(number, why, blockers)
                    other.execute("select pg_wal_replay_resume()")

            with pytest.raises(Blocked, match=r"100000 bytes within 0 seconds: behind \(\d+ bytes behind\)"):
                pause(hasty, 1)
            heard = Resuming()
            pause(replace(patient, hears=heard), 2)
        [(why, [blocker])] = heard.waiting
        assert (why, blocker.application, blocker.role) == (Why.LAG, "behind", "postgres")
        assert [(wait.step, wait.why) for wait in at.ledger.waits(at.run)][-2:] == [(1, Why.LAG), (2, Why.LAG)]
