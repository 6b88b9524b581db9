"""Triggers as a server has them, and which of them a statement fires: EXPLAIN ANALYZE counts their calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from seachange.catalog.facts import Path
from seachange.postgres.probing import Answer, Probing
from seachange.sql.quote import path

TRIGGERS = """
select n.nspname, c.relname, t.tgname, t.tgtype::int, t.tgenabled::text, t.tgqual is not null,
  array(select a.attname::text from unnest(t.tgattr::int2[]) u (number)
        join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = u.number),
  t.tgfoid::int8, p.proname
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal
"""
ROW, BEFORE, INSTEAD = 1, 2, 64
EVENTS = {"INSERT": 4, "UPDATE": 16, "DELETE": 8, "TRUNCATE": 32}
ANALYZED = "set constraints all immediate; explain (analyze, costs off, timing off, format json) "


class Trigger(msgspec.Struct, frozen=True):
    """A trigger that is there; `enabled` is PostgreSQL's letter, `columns` are those after UPDATE OF."""

    table: Path
    name: str
    type: int
    enabled: str
    conditional: bool
    columns: tuple[str, ...]
    function: int
    function_name: str

    @property
    def events(self) -> tuple[str, ...]:
        """What it fires at."""
        return tuple(event for event, bit in EVENTS.items() if self.type & bit)

    @property
    def per_row(self) -> bool:
        """Whether it fires for each row."""
        return bool(self.type & ROW)

    @property
    def touches(self) -> bool:
        """Whether it can change a row that is updated."""
        return self.per_row and bool(self.type & BEFORE) and bool(self.type & EVENTS["UPDATE"])

    def raised(self, answer: Answer) -> bool:
        """Whether it was its function that refused."""
        return f"{self.function_name}(" in answer.context


class Fired(msgspec.Struct, frozen=True):
    """What a statement did: which triggers it called, and how many rows it was about."""

    answer: Answer
    triggers: frozenset[str] = frozenset()
    rows: int = 0


def triggers(probing: Probing) -> Mapping[Path, Trigger]:
    """Those that are there, by schema, table and name."""
    return {
        (schema, table, name): Trigger(
            (schema, table), name, type_, enabled, conditional, tuple(columns), oid, function
        )
        for schema, table, name, type_, enabled, conditional, columns, oid, function in probing.ask(TRIGGERS)
    }


def fired(probing: Probing, sql: str) -> Fired:
    """Send a statement that ends in RETURNING, and take it back."""
    answer = probing.attempt(ANALYZED + sql)
    if not answer.rows:
        return Fired(answer)
    plan: Any = answer.rows[0][0][0]
    called = frozenset(one["Trigger Name"] for one in plan.get("Triggers", ()) if one.get("Calls"))
    return Fired(answer, called, int(plan["Plan"].get("Actual Rows", 0)))


def truncated(probing: Probing, trigger: Trigger) -> Fired:
    """TRUNCATE, which cannot be explained: the calls of the trigger's function are counted."""
    calls = f"select coalesce(pg_stat_get_xact_function_calls({trigger.function}), 0)"
    sql = f"set local track_functions = 'all'; truncate {path(trigger.table)} cascade; {calls}"
    answer = probing.attempt(sql)
    called = bool(answer.rows) and answer.rows[0][0] > 0
    return Fired(answer, frozenset({trigger.name} if called else ()), 1)
