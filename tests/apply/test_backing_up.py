"""A backup holds all there is, is written whole or not at all, and can be restored by the command that it tells."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from seachange.apply import backing_up
from seachange.apply.backing_up import back_up
from seachange.apply.terms import Backup, Keep, Listener
from seachange.errors import Busy, NotPermitted, NotProven, NotWritten, SeachangeError, Unreachable
from seachange.postgres import backup, ledger
from seachange.postgres.connection import connected
from seachange.postgres.installation import nearest_program
from tests.planner.converging import catalog
from tests.plugins.servers import Server

SHOP = """
create schema shop;
create schema seachange_quarantine;
create table seachange_quarantine.old (id int);
insert into seachange_quarantine.old values (1), (2);
create type shop.state as enum ('open', 'closed');
create type shop.pair as (a int, b text);
create type shop.span as range (subtype = int);
create domain shop.name as text check (value <> '');
create sequence shop.numbers;
create table shop.customers (id int generated always as identity primary key, name shop.name unique);
create table shop.orders (id serial, at date not null, customer int references shop.customers, state shop.state,
  check (id > 0)) partition by range (at);
create table shop.orders_2024 partition of shop.orders for values from ('2024-01-01') to ('2025-01-01');
alter table shop.orders add primary key (id, at);
create index on shop.orders (customer);
create index "odd ""index" on shop.customers ((lower(name))) where id > 3;
create statistics shop.related on id, name from shop.customers;
create unlogged table shop."carts; or so" (id int);
create view shop.open as select * from shop.orders where state = 'open';
create materialized view shop.total as select count(*) as n from shop.orders;
create unique index on shop.total (n);
create function shop.noted() returns trigger language plpgsql as $$ begin return new; end $$;
create procedure shop.nothing(a int) language sql as 'select 1';
create aggregate shop.sum_of(int) (sfunc = int4pl, stype = int);
create operator shop.<=> (leftarg = int, rightarg = int, function = int4eq);
create trigger noted before insert on shop.orders for each row execute function shop.noted();
create trigger noted before insert on shop.customers for each row execute function shop.noted();
create rule quiet as on delete to shop.customers do instead nothing;
alter table shop.customers enable row level security;
create policy mine on shop.customers using (id > 0);
create foreign data wrapper far;
create server there foreign data wrapper far;
create foreign table shop.elsewhere (id int) server there;
create extension if not exists plpgsql;
create publication changes for table shop.customers;
comment on table shop.orders is 'What was ordered.';
insert into shop.customers (name) select 'name ' || n from generate_series(1, 100) n;
insert into shop.orders (at, customer, state) select '2024-05-05', n, 'open' from generate_series(1, 100) n;
refresh materialized view shop.total;
"""
ROWS = """
select (select string_agg(t::text, ',' order by id) from shop.customers t),
  (select string_agg(t::text, ',' order by id) from shop.orders t), (select n from shop.total),
  (select count(*) from seachange_quarantine.old), (select count(*) from shop.orders_2024)
"""


class Heard(Listener):
    """What was said."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def says(self, now: str) -> None:
        self.words.append(now)


@pytest.fixture
def shop(database: str) -> str:
    fill(database, SHOP)
    return database


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(conninfo: str, script: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo, autocommit=True) as session:
        answer = session.execute(script.encode())
        return answer.fetchall() if answer.description else []


def backed_up(conninfo: str, wanted: Backup, heard: Listener | None = None) -> str:
    with connected(conninfo) as session:
        return back_up(conninfo, session, wanted, heard or Listener())


def restored(words: str, other: str, major: int) -> None:
    """By the command that the words tell, into a database of ours that is there instead of one that createdb makes."""
    command = words.partition("restore: ")[2].replace("createdb restored && ", "")
    bin = nearest_program("pg_restore", major).parent
    done = subprocess.run(
        command.replace("--dbname=restored", shlex.quote(f"--dbname={other}")),
        shell=True,
        env={**os.environ, "PATH": f"{bin}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("to", [None, "kept/all.dump"])
def test_rows_and_all(
    to: str | None, shop: str, databases: Callable[[int], tuple[str, ...]], server: Server, here: Path
) -> None:
    with connected(shop) as session:
        ledger.make(session)
    (other,) = databases(1)
    words = backed_up(shop, Backup(Keep.ALL, Path(to) if to else None))
    restored(words, other, server.major)
    assert catalog(other).fingerprint == catalog(shop).fingerprint
    assert fill(other, ROWS) == fill(shop, ROWS)
    assert fill(other, "select count(*) from seachange.ledger") == [(1,)]
    (place,) = (here / to).parent.iterdir() if to else (here / "seachange-backups").iterdir()
    assert str(place) in words
    assert place.is_dir() == (to is None)
    assert (place.stat().st_mode | place.parent.stat().st_mode) & 0o077 == 0


@pytest.mark.newest
def test_schema_has_no_rows(shop: str, databases: Callable[[int], tuple[str, ...]], server: Server, here: Path) -> None:
    fill(shop, "drop materialized view shop.total")  # it would come without rows
    (other,) = databases(1)
    words = backed_up(shop, Backup(to=Path("schema")))
    restored(words, other, server.major)
    assert catalog(other).fingerprint == catalog(shop).fingerprint
    assert fill(other, "select count(*) from shop.customers") == [(0,)]
    assert [path.name for path in here.iterdir()] == ["schema"]


@pytest.mark.newest
def test_it_is_told_where_it_is_and_how_far(shop: str) -> None:
    heard = Heard()
    words = backed_up(shop, Backup(Keep.ALL), heard)
    assert "backing up: 1 of 4 tables" in heard.words
    assert heard.words[-1] == f"backed up: {words}"


@pytest.mark.newest
def test_a_snapshot_of_the_provider_is_taken_at_its_word(database: str, here: Path) -> None:
    assert backed_up(database, Backup(snapshot="nightly")) == "snapshot nightly (taken by the provider)"
    assert backed_up(database, Backup(Keep.NONE)) == "none"
    assert not list(here.iterdir())


@pytest.mark.newest
def test_what_is_not_in_it_is_named(shop: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = backup.Dump.options.fget  # type: ignore[attr-defined]
    without = property(lambda dump: (*options(dump), "--exclude-table=shop.customers"))
    monkeypatch.setattr(backup.Dump, "options", without)
    with pytest.raises(NotProven, match=r"10 of \d+ objects are not in the backup: .*, rows of shop\.customers,"):
        backed_up(shop, Backup(Keep.ALL))
    assert nothing_left(here)


@pytest.mark.newest
def test_what_comes_and_goes_meanwhile_is_not_missed(shop: str) -> None:
    class Busily(Listener):
        def says(self, now: str) -> None:
            if now == "backing up: 1 of 4 tables":
                fill(
                    shop,
                    "create table shop.late (id int); drop aggregate shop.sum_of(int)",
                )

    assert backed_up(shop, Backup(Keep.ALL, jobs=1), Busily())


@pytest.mark.newest
def test_place_that_is_taken(database: str, here: Path) -> None:
    (here / "kept").mkdir()
    with pytest.raises(NotWritten, match="is there already"):
        backed_up(database, Backup(to=Path("kept")))
    assert not list((here / "kept").iterdir())


@pytest.mark.newest
def test_place_where_nothing_can_be_written(database: str, here: Path) -> None:
    (here / "file").write_text("")
    with pytest.raises(NotWritten, match=r"cannot write the backup to .*: File exists"):
        backed_up(database, Backup(to=Path("file/backup")))


@pytest.mark.newest
def test_what_a_killed_run_left_is_in_nobodys_way(database: str, here: Path) -> None:
    (here / ".kept.draft").mkdir()
    (here / ".kept.draft" / "toc.dat").write_text("half")
    assert backed_up(database, Backup(to=Path("kept")))
    assert [path.name for path in here.iterdir()] == ["kept"]


@pytest.mark.newest
def test_role_that_may_not_read(shop: str, role: str, here: Path) -> None:
    fill(shop, f"create role {role} login; grant usage on schema shop to {role}")
    refused(f"{shop} user={role}", NotPermitted, "permission denied for", here)


@pytest.mark.newest
def test_table_that_somebody_has_locked(shop: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "LOCK_WAIT", 100)
    with psycopg.connect(shop) as other:
        other.execute("lock table shop.customers")
        refused(shop, Busy, "lock", here)


@pytest.mark.newest
def test_program_that_is_too_old(database: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(database) as session, monkeypatch.context() as patch:
        patch.setattr(type(session.info), "server_version", 990000)
        with pytest.raises(Unreachable, match="no pg_dump of PostgreSQL 99") as raised:
            back_up(database, session, Backup())
    assert "postgresql-client-99" in raised.value.advice
    assert nothing_left(here)


@pytest.mark.newest
def test_too_little_room_is_seen_before(shop: str, small: Path) -> None:
    fill(shop, NOISE)
    refused(shop, NotWritten, r"needs about [\d.]+ MB in .*, which has [\d.]+ [kM]B free", small, small / "kept")


@pytest.mark.newest
@pytest.mark.parametrize("name", ["kept", "kept.dump"])
def test_room_that_runs_out(name: str, shop: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, NOISE)
    monkeypatch.setattr(backing_up, "PART", 1000)
    refused(shop, NotWritten, "no space left on device", small, small / name)


NOISE = """
create table shop.noise as select sha512(n::text::bytea) as a, sha512((-n)::text::bytea) as b
from generate_series(1, 30000) n
"""


@pytest.fixture
def small(here: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = here / "small"
    place.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], check=False).returncode:
        pytest.skip("needs the right to mount")
    yield place
    subprocess.run(["umount", place], check=True)


def refused(conninfo: str, error: type[SeachangeError], words: str, place: Path, to: Path | None = None) -> None:
    with pytest.raises(error, match=words):
        backed_up(conninfo, Backup(Keep.ALL, to))
    assert nothing_left(place)


def nothing_left(place: Path) -> bool:
    """But for the folder that backups are put into."""
    return [path for path in place.rglob("*") if path.name != "seachange-backups"] == []
