"""Tables take valid rows and refuse wrong ones; a constraint that is gone is found, and nothing is left behind."""

from __future__ import annotations

import pytest

from seachange.postgres.connection import connected
from tests.verify.probes import failed, of, passed, probed, promised, run, unexamined

SHOP = """
create extension if not exists btree_gist;
create type state as enum ('open', 'paid');
create domain email as text constraint has_at check (value ~ '^[^@]+@[^@]+$');
create domain filled as text not null;
create table client (
  id bigint generated always as identity primary key,
  mail email not null unique,
  name filled,
  born date constraint grown check (born < '2010-01-01'),
  nick text
);
create unique index nick_lower on client (lower(nick)) where nick is not null;
create table room (id int primary key, code varchar(4) not null constraint shape check (code ~ '^[A-Z]{2}[0-9]{2}$'));
create table booking (
  id serial primary key,
  client bigint not null constraint of_client references client deferrable initially deferred,
  room int constraint of_room references room,
  state state not null default 'open',
  during daterange not null,
  price numeric(8, 2) constraint positive check (price > 0),
  paid numeric(8, 2),
  constraint enough check (paid >= price),
  constraint apart exclude using gist (room with =, during with &&)
);
create table line (booking int references booking, no int, article text not null, primary key (booking, no));
create table day (at date not null, n int not null, primary key (at, n)) partition by range (at);
create table day_1 partition of day for values from ('2024-01-01') to ('2025-01-01');
insert into client (mail, name) values ('there@example.com', 'there');
"""
MUTANTS = {
    "alter table booking alter client drop not null": ("client", "REFUSES_NULL", ""),
    "alter table client drop constraint client_mail_key": ("client_mail_key", "REFUSES_DUPLICATE", ""),
    "drop index nick_lower": ("nick_lower", "REFUSES_DUPLICATE", ""),
    "alter table booking drop constraint of_client": ("of_client", "REFUSES_ORPHAN", ""),
    "alter table booking drop constraint of_room": ("of_room", "REFUSES_ORPHAN", ""),
    "alter table booking drop constraint positive": ("positive", "REFUSES_VALUE", ""),
    "alter table booking drop constraint enough": ("enough", "REFUSES_VALUE", ""),
    "alter table booking drop constraint apart": ("apart", "REFUSES_OVERLAP", ""),
    "alter table room drop constraint shape": ("shape", "REFUSES_VALUE", ""),
    "alter table line drop constraint line_pkey": ("line_pkey", "REFUSES_DUPLICATE", ""),
    "alter domain email drop constraint has_at": ("has_at", "REFUSES_VALUE", ""),
    "alter domain filled drop not null": ("filled", "REFUSES_NULL", ""),
    "drop table line": ("line", "TAKES_ROW", ""),
    "alter table booking disable trigger all": ("of_room", "REFUSES_ORPHAN", ""),
}


def test_all_that_a_sound_table_promises_is_kept(database: str) -> None:
    run(database, SHOP)
    behaviour = probed(database)
    assert not failed(behaviour)
    assert not unexamined(behaviour) - {("at", "REFUSES_NULL", "")}
    tables = {name for name, aspect, _ in passed(behaviour) if aspect == "TAKES_ROW"}
    assert tables == {"client", "room", "booking", "line", "day"}
    assert passed(behaviour) >= set(MUTANTS.values())


@pytest.mark.newest
@pytest.mark.parametrize("mutation", MUTANTS)
def test_what_is_gone_is_found(database: str, mutation: str) -> None:
    run(database, SHOP)
    catalog = promised(database)
    run(database, mutation)
    assert MUTANTS[mutation] in failed(probed(database, catalog))


def test_nothing_is_left_behind(database: str) -> None:
    run(database, SHOP)
    run(database, "create function next() returns bigint language sql as $$ select nextval('booking_id_seq') $$")
    before = promised(database).fingerprint, rows(database)
    behaviour = probed(database)
    assert (promised(database).fingerprint, rows(database)) == before
    assert [(one.sequence[-1], one.before) for one in behaviour.jumps] == [("booking_id_seq", 0)]
    assert all(one.after > one.before for one in behaviour.jumps)


def rows(conninfo: str) -> list[int]:
    with connected(conninfo) as session:
        return [
            session.execute(f"select count(*) from {one}".encode()).fetchone()[0]  # type: ignore[index]
            for one in ("client", "room", "booking", "line", "day")
        ]


@pytest.mark.newest
def test_a_value_that_a_trigger_replaces_cannot_be_probed(database: str) -> None:
    run(
        database,
        """
        create table note (id int primary key, at timestamptz not null);
        create function stamp() returns trigger language plpgsql as $$ begin new.at := now(); return new; end $$;
        create trigger stamp before insert on note for each row execute function stamp();
        """,
    )
    behaviour = probed(database)
    assert ("at", "REFUSES_NULL", "") in unexamined(behaviour)
    assert "trigger" in of(behaviour, "at", "REFUSES_NULL").said


@pytest.mark.newest
def test_a_table_that_only_a_trigger_keeps_closed_is_told(database: str) -> None:
    run(
        database,
        """
        create table vault (id int primary key, code text not null);
        create function never() returns trigger language plpgsql as $$ begin raise 'the vault is closed'; end $$;
        create trigger never before insert on vault for each row execute function never();
        """,
    )
    behaviour = probed(database)
    assert "the vault is closed" in of(behaviour, "vault", "TAKES_ROW").said
    assert ("vault", "TAKES_ROW", "") in unexamined(behaviour)
    assert [one.check for one in behaviour.findings] == ["trigger-refuses-row"]
    assert ("code", "REFUSES_NULL", "") in passed(behaviour)


@pytest.mark.newest
def test_a_trigger_that_makes_the_parent_leaves_no_orphan(database: str) -> None:
    run(
        database,
        """
        create table level (shelf int primary key);
        create table movement (id int primary key, shelf int not null references level);
        create function arrive() returns trigger language plpgsql as $$
        begin insert into level values (new.shelf) on conflict do nothing; return new; end $$;
        create trigger arrive before insert on movement for each row execute function arrive();
        """,
    )
    behaviour = probed(database)
    assert ("movement_shelf_fkey", "REFUSES_ORPHAN", "") in unexamined(behaviour)
    assert failed(behaviour) == set()
    run(database, "drop trigger arrive on movement")
    assert ("movement_shelf_fkey", "REFUSES_ORPHAN", "") in passed(probed(database))


@pytest.mark.newest
def test_a_foreign_key_whose_owner_may_not_look_lets_no_row_in(database: str, role: str) -> None:
    """PostgreSQL asks as the owner of the other table."""
    run(
        database,
        f"""
        create role {role};
        create schema s;
        create table s.customer (id int primary key);
        create table s.invoice (id int primary key, customer int not null references s.customer);
        alter table s.customer owner to {role};
        """,
    )
    behaviour = probed(database)
    assert ("invoice", "TAKES_ROW", "") in failed(behaviour)
    assert of(behaviour, "invoice", "TAKES_ROW").code == "42501"
    assert ("id", "REFUSES_NULL", "") in passed(behaviour)
    run(database, f"grant usage on schema s to {role}")
    assert failed(probed(database)) == set()


@pytest.mark.versions(min=18)
def test_what_is_not_enforced_is_not_promised(database: str) -> None:
    run(database, "create table t (n int constraint loose check (n > 0) not enforced, m int)")
    run(database, "alter table t add constraint late check (m > 0) not valid")
    behaviour = probed(database)
    assert not [one for one in behaviour.probes if one.about.names[-1] == "loose"]
    assert ("late", "REFUSES_VALUE", "") in passed(behaviour)
