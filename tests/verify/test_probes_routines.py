"""Bodies that name what is not there are found; so are those that only data brings to light."""

from __future__ import annotations

import pytest

from tests.corpus import corpus
from tests.verify.probes import failed, of, passed, probed, run, unexamined

BODIES = """
create table client (id uuid primary key, tier text not null default 'basic', points int not null default 0);
create table entry (
  id int generated always as identity primary key, client uuid not null references client,
  kind text not null constraint known check (kind in ('earn', 'spend')), until timestamptz not null
);
create function sound(p_client_id uuid) returns text language plpgsql as $$
begin return (select tier from client where id = p_client_id); end $$;
create function plain(p_client_id uuid) returns int language sql as $$ select points from client where id = $1 $$;
create function ambiguous(p_client_id uuid) returns table (tier text) language plpgsql as $$
begin if exists (select from client where id = p_client_id) then
  return query select tier from client; end if; end $$;
create function misfit() returns table (n int) language plpgsql as $$
begin return query select 1::bigint; end $$;
create function forbidden(p_client_id uuid) returns void language plpgsql as $$
begin if exists (select from client where id = p_client_id) then
  insert into entry (client, kind, until) values (p_client_id, 'expire', now()); end if; end $$;
create function forgetful(p_client_id uuid) returns void language plpgsql as $$
begin if exists (select from client where id = p_client_id) then
  insert into entry (client, kind) values (p_client_id, 'earn'); end if; end $$;
create function gone() returns void language plpgsql as $$ begin perform 1 from nowhere; end $$;
create function choosy(p_kind text) returns void language plpgsql as $$ begin raise 'never %', p_kind; end $$;
create function ends() returns void language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); end $$;
create function leads() returns void language plpgsql as $$ begin perform ends(); end $$;
create procedure done(p_client_id uuid) language plpgsql as $$
begin update client set points = 1 where id = p_client_id; end $$;
"""
SCRIPTS = (
    *("target.sql", "target_data.sql", "compat/0008_ai_analytics_COMPAT.sql"),
    *("compat/0014_loyalty_schema_fixes.sql", "compat/0015_loyalty_rewards_COMPAT.sql"),
)
LEGACY = {
    *("apply_discount_code", "calculate_checkout_taxes", "calculate_final_price", "check_idempotency_key"),
    *("check_otp_rate_limit", "expire_checkout_sessions", "get_staff_active_deliveries"),
    *("get_tenant_primary_provider", "get_user_context", "get_wishlist_stats", "is_store_open"),
    *("process_asn_to_purchase_order", "process_purchase_order_receipt", "receive_purchase_order"),
    "user_has_permission",
}
BROKEN = {"ambiguous": "42702", "misfit": "42804", "forbidden": "23514", "forgetful": "23502", "gone": "42P01"}


def test_bodies_are_judged_by_calling_them(database: str) -> None:
    run(database, BODIES)
    behaviour = probed(database)
    assert {name for name, aspect, _ in failed(behaviour) if aspect == "RUNS"} == set(BROKEN)
    assert {name: of(behaviour, name, "RUNS").code for name in BROKEN} == BROKEN
    assert {(one, "RUNS", "") for one in ("sound", "plain", "choosy", "done")} <= passed(behaviour)
    assert {(one, "RUNS", "") for one in ("ends", "leads")} <= unexamined(behaviour)
    assert "calls ends" in of(behaviour, "leads", "RUNS").said


@pytest.mark.newest
def test_a_body_whose_statements_do_not_parse_does_not_compile(database: str) -> None:
    run(database, "create table t (n int); create function f() returns int language sql as $$ select n from t $$")
    run(database, "alter table t rename n to m")
    assert failed(probed(database)) == {("f", "COMPILES", ""), ("f", "RUNS", "")}


@pytest.mark.versions(min=15, max=15)
def test_where_plpgsql_check_can_be_had_bodies_are_read_without_calling(database: str) -> None:
    run(
        database, "create function gone(a int) returns void language plpgsql as $$ begin perform 1 from nowhere; end $$"
    )
    behaviour = probed(database, execute=False)
    probe = of(behaviour, "gone", "COMPILES")
    if "plpgsql_check is not" in probe.said:
        pytest.skip("this server has no plpgsql_check")
    assert failed(behaviour) == {("gone", "COMPILES", "")}
    assert probe.code == "42P01"


@pytest.mark.newest
def test_the_functions_that_people_believed_in(database: str) -> None:
    place = corpus("real/1-loyalty-and-ai-analytics")
    for script in SCRIPTS:
        lines = (place / script).read_text().splitlines()
        run(database, "\n".join(line for line in lines if not line.startswith("\\")))
    broken = {name for name, aspect, _ in failed(probed(database)) if aspect == "RUNS"}
    assert broken == {"redeem_reward", "get_customer_rewards_summary", "get_forecast_accuracy_metrics"}


@pytest.mark.newest
def test_the_bodies_that_could_not_run_in_the_legacy_database(database: str) -> None:
    lines = corpus("real/2-eight-stages/states/legacy.nogis.sql").read_text().splitlines()
    run(database, "\n".join(line for line in lines if not line.startswith("\\")))
    behaviour = probed(database)
    assert {name for name, aspect, _ in failed(behaviour) if aspect == "RUNS"} >= LEGACY
    assert {name for name, aspect, _ in failed(behaviour) if aspect == "TAKES_ROW"} == {
        *("customer_reviews", "review_votes")
    }
    assert sum(one.aspect.name == "TAKES_ROW" for one in behaviour.probes) == 129
    assert not {aspect for _, aspect, _ in failed(behaviour)} & {
        *("REFUSES_NULL", "REFUSES_DUPLICATE", "REFUSES_ORPHAN", "REFUSES_VALUE")
    }


ODD = """
create schema "we""ird % sch";
set search_path = "we""ird % sch";
create type "st %s" as enum ('it''s', 'b%');
create table "ta ""ble %s" (
  "co 'l %(x)s" int primary key, "sel ect" "st %s" not null check ("sel ect" <> 'b%'), "te nt" uuid not null,
  up timestamptz
);
create function "f %s"() returns trigger language plpgsql as $$ begin new.up := now(); return new; end $$;
create trigger "tr %" before update on "ta ""ble %s" for each row execute function "f %s"();
create view "v %" as select "sel ect" from "ta ""ble %s";
alter table "ta ""ble %s" enable row level security;
create policy "p %" on "ta ""ble %s" using ("te nt" = nullif(current_setting('a.b', true), '')::uuid);
create function shapeless(a int) returns setof record language plpgsql as $$ begin return query select 1, 2; end $$;
create function many(variadic x text[]) returns setof text language sql as $$ select unnest(x) $$;
create procedure gives(a int, inout b text default 'x') language plpgsql as $$ begin b := a; end $$;
create procedure commits() language plpgsql as $$ begin commit; end $$;
create function ever() returns date language sql as $$ select 'infinity'::date $$;
create table nothing ();
create table made (a int, b int generated always as (a * 2) stored unique, check (b <> 4));
create table self (id int primary key, parent int not null references self);
create table u (a int unique, b point, c circle, d bit(3), f xml, g char(2) unique, k int[] check (cardinality(k) = 2));
"""


def test_odd_names_and_shapes_do_not_matter(database: str) -> None:
    run(database, ODD)
    behaviour = probed(database)
    assert not failed(behaviour)
    assert {(one, "TAKES_ROW", "") for one in ('ta "ble %s', "nothing", "made", "self", "u")} <= passed(behaviour)
    assert {(one, "RUNS", "") for one in ("many", "gives", "ever")} <= passed(behaviour)
    assert {(one, "RUNS", "") for one in ("shapeless", "commits")} <= unexamined(behaviour)
    assert {("tr %", "TRIGGER_FIRES", "UPDATE"), ("up", "IS_TOUCHED", ""), ('ta "ble %s', "SHOWS_OWN", "")} <= passed(
        behaviour
    )
    keys = [one.key for one in behaviour.probes]
    assert len(keys) == len(set(keys))
