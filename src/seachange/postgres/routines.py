"""Functions and procedures as a server has them: checked without being called, and called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any

import msgspec

from seachange.catalog.ref import Ref
from seachange.postgres.probing import Answer, Probing
from seachange.postgres.synthesis import Column
from seachange.sql.quote import literal, path

ROUTINES = """
select p.oid, case p.prokind when 'p' then 'procedure' else 'function' end, n.nspname, p.proname,
  array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as u(t, n) order by n),
  l.lanname, l.lanpltrusted and l.lanname <> 'internal', coalesce(nullif(l.lanvalidator, 0)::regproc::text, ''),
  coalesce((select substr(setting, 13) from unnest(p.proconfig) setting where setting like 'search\\_path=%'), ''),
  p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype),
  coalesce(p.prosrc, ''), p.provariadic <> 0, p.pronargdefaults,
  p.proretset and p.prorettype = 'record'::regtype
    and not coalesce(p.proargmodes && array['o', 'b', 't']::"char"[], false)
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
where p.oid >= 16384 and p.prokind in ('f', 'p')
  and not exists (select from pg_depend d
                  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
"""
PARAMETERS = """
with recursive base as (
  select t.oid, t.oid as base, t.typbasetype from pg_type t
  union all
  select b.oid, t.oid, t.typbasetype from base b join pg_type t on t.oid = b.typbasetype
)
select p.oid, u.place,
  coalesce((select g.name from (select name, row_number() over (order by n) as place
                                from unnest(p.proargnames) with ordinality as a(name, n)
                                where coalesce(p.proargmodes[n::int], 'i') in ('i', 'b', 'v')) g
            where g.place = u.place), ''),
  format_type(u.type, null), t.typcategory::text, t.typname,
  array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)
from pg_proc p
cross join lateral unnest(p.proargtypes) with ordinality as u(type, place)
join base b on b.oid = u.type and b.typbasetype = 0
join pg_type t on t.oid = b.base
where p.oid >= 16384 and p.prokind in ('f', 'p')
order by p.oid, u.place
"""
TRIGGERS = """
select t.tgfoid, t.tgrelid, coalesce(t.tgoldtable::text, ''), coalesce(t.tgnewtable::text, '')
from pg_trigger t
where not t.tgisinternal and t.tgparentid = 0
"""
CHECKER = "select extnamespace::regnamespace::text from pg_extension where extname = 'plpgsql_check'"
AVAILABLE = "create extension if not exists plpgsql_check"


class Routine(msgspec.Struct, frozen=True):
    """A function or procedure.

    `path` is the search_path of its own, `parameters` are those that a call gives.  One that is `shapeless` gives rows
    of which only its caller says what is in them.
    """

    oid: int
    ref: Ref
    language: str
    trusted: bool
    validator: str
    path: str
    fires: bool
    body: str
    variadic: bool
    defaults: int
    shapeless: bool
    parameters: tuple[Column, ...]


def routines(probing: Probing) -> Mapping[Ref, Routine]:
    """Those that people made."""
    parameters: defaultdict[int, list[Column]] = defaultdict(list)
    for oid, place, name, type_, category, origin, labels in probing.ask(PARAMETERS):
        column = Column(place, name, type_, False, False, category, origin, tuple(labels), 0, ())
        parameters[oid].append(column)
    found = (_routine(row, tuple(parameters[row[0]])) for row in probing.ask(ROUTINES))
    return {one.ref: one for one in found}


def _routine(row: Sequence[Any], parameters: tuple[Column, ...]) -> Routine:
    oid, kind, schema, name, args = row[:5]
    language, trusted, validator, where, fires, body, variadic, defaults, shapeless = row[5:]
    ref = Ref(kind, (schema, name), tuple(args))
    return Routine(
        oid, ref, language, trusted, validator, where, fires, body, variadic, defaults, shapeless, parameters
    )


class Checker:
    """Says what is wrong in bodies without running them: plpgsql_check, where it can be had, else the language itself.

    It lives as long as the transaction.
    """

    def __init__(self, probing: Probing) -> None:
        self._probing = probing
        probing.attempt(AVAILABLE, keep=True)
        found = probing.ask(CHECKER)
        self._schema: str | None = found[0][0] if found else None
        self._triggers: defaultdict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for function, *rest in probing.ask(TRIGGERS):
            self._triggers[function].append((rest[0], rest[1], rest[2]))

    def thorough(self, routine: Routine) -> bool:
        """Whether more than the syntax can be checked: what a body names, too."""
        known = self._schema is not None and (not routine.fires or bool(self._triggers[routine.oid]))
        return routine.language == "sql" or (routine.language == "plpgsql" and known)

    def check(self, routine: Routine) -> Answer:
        """What is wrong first, if anything is."""
        self._probing.look_in(routine.ref.names[0], routine.path)
        answer = self._probing.attempt(f"select {routine.validator}({routine.oid})")
        if not answer.passed or not self.thorough(routine) or routine.language != "plpgsql":
            return answer
        return next((wrong for wrong in self._wrong(routine) if wrong.code), answer)

    def _wrong(self, routine: Routine) -> Iterator[Answer]:
        for relation, old, new in self._triggers[routine.oid] if routine.fires else [(0, "", "")]:
            tables = f", oldtable => {literal(old)}" if old else ""
            tables += f", newtable => {literal(new)}" if new else ""
            answer = self._probing.attempt(
                f"select sqlstate, message, lineno, query from {self._schema}.plpgsql_check_function_tb("
                f"{routine.oid}, {relation}::oid::regclass{tables}) where level = 'error' order by lineno"
            )
            yield from starmap(_said, answer.rows)


def _said(code: str, message: str, line: int | None, query: str | None) -> Answer:
    return Answer(code=code or "42000", said=message, context=f"line {line}" if line else "")


def call(routine: Routine, arguments: Sequence[str]) -> str:
    """A call with some values; parameters that are left over have defaults."""
    given = [f"{value}::{column.type}" for value, column in zip(arguments, routine.parameters, strict=False)]
    if routine.variadic and len(given) == len(routine.parameters):
        given[-1] = f"variadic {given[-1]}"
    called = f"{path(routine.ref.names)}({', '.join(given)})"
    return f"call {called}" if routine.ref.kind == "procedure" else f"select {called}::text limit 100"
