"""Triggers fire at each of their events; one that is off, gone or broken is found."""

from __future__ import annotations

import pytest

from tests.verify.probes import failed, of, passed, probed, promised, run, unexamined

LEDGER = """
create table account (
  id int primary key, balance int not null default 0, state text not null default 'new', updated_at timestamptz
);
create table trail (at timestamptz default now(), what text);
create function touch() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create function trail() returns trigger language plpgsql as $$
begin insert into trail (what) values (tg_op); return null; end $$;
create trigger touched before update on account for each row execute function touch();
create trigger trailed after insert or update or delete on account for each row execute function trail();
create trigger emptied after truncate on account execute function trail();
create trigger closed after update of state on account for each row
  when (old.state is distinct from new.state and new.state = 'closed') execute function trail();
create constraint trigger late after insert on account deferrable initially deferred
  for each row execute function trail();
create trigger asleep after insert on account execute function trail();
alter table account disable trigger asleep;
"""
FIRED = {
    *(("touched", "TRIGGER_FIRES", "UPDATE"), ("updated_at", "IS_TOUCHED", "")),
    *(("trailed", "TRIGGER_FIRES", event) for event in ("INSERT", "UPDATE", "DELETE")),
    *(("emptied", "TRIGGER_FIRES", "TRUNCATE"), ("closed", "TRIGGER_FIRES", "UPDATE")),
    ("late", "TRIGGER_FIRES", "INSERT"),
}
MUTANTS = {
    "alter table account disable trigger trailed": ("trailed", "TRIGGER_FIRES", "DELETE"),
    "alter table account disable trigger touched": ("updated_at", "IS_TOUCHED", ""),
    "alter table account disable trigger emptied": ("emptied", "TRIGGER_FIRES", "TRUNCATE"),
    "drop trigger late on account": ("late", "TRIGGER_FIRES", ""),
    "alter table trail rename what to event": ("trailed", "TRIGGER_FIRES", "UPDATE"),
    "create or replace function touch() returns trigger language plpgsql as $$ begin return new; end $$": (
        *("updated_at", "IS_TOUCHED"),
        "",
    ),
}


def test_triggers_fire(database: str) -> None:
    run(database, LEDGER)
    behaviour = probed(database)
    assert not failed(behaviour)
    assert passed(behaviour) >= FIRED
    assert ("asleep", "TRIGGER_FIRES", "") in unexamined(behaviour)


@pytest.mark.newest
@pytest.mark.parametrize("mutation", MUTANTS)
def test_one_that_does_not_is_found(database: str, mutation: str) -> None:
    run(database, LEDGER)
    catalog = promised(database)
    run(database, mutation)
    assert MUTANTS[mutation] in failed(probed(database, catalog))


@pytest.mark.newest
def test_on_a_target_in_use_nothing_is_truncated(database: str) -> None:
    run(database, LEDGER)
    behaviour = probed(database, execute=False)
    assert "copy" in of(behaviour, "emptied", "TRIGGER_FIRES", "TRUNCATE").said
    assert not [one for one in behaviour.probes if one.aspect.name == "RUNS"]


@pytest.mark.newest
def test_what_cannot_be_taken_back_is_not_fired(database: str) -> None:
    run(
        database,
        """
        create sequence counter;
        create table watched (id int primary key, n int not null);
        create function count_up() returns trigger language plpgsql as $$
        begin perform setval('counter', 77); return new; end $$;
        create trigger counted before insert on watched for each row execute function count_up();
        create table below (id int primary key, watched int not null references watched);
        """,
    )
    behaviour = probed(database)
    assert not behaviour.jumps
    assert {("counted", "TRIGGER_FIRES", ""), ("watched", "TAKES_ROW", "")} <= unexamined(behaviour)
    assert {("n", "REFUSES_NULL", ""), ("below", "TAKES_ROW", "")} <= passed(behaviour)
    assert not failed(behaviour)


@pytest.mark.newest
def test_what_extensions_bring_is_no_danger(database: str) -> None:
    run(
        database,
        """
        create extension pg_trgm;
        create table word (id int primary key, text text not null, alike real);
        create function compare() returns trigger language plpgsql as $$
        begin new.alike := similarity(new.text, 'word'); return new; end $$;
        create trigger compared before insert on word for each row execute function compare();
        """,
    )
    assert ("compared", "TRIGGER_FIRES", "INSERT") in passed(probed(database))
