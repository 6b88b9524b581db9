"""A sequence that has given more than 70 % of the numbers it or its column can hold will stop every INSERT.

An `integer` ends at 2 147 483 647.  Then nextval fails (2200H), or the column refuses the number (22003), and nothing
that goes on for an hour mends it: the column has to become `bigint`, and everything that refers to it.

Begin while there is room: a column beside the old one, filled meanwhile, exchanged at the end.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Sequence
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.finding import Severity

_FULL = """\
select pg_catalog.ltrim(pg_catalog.concat(nullif(n.nspname, 'public') || '.', c.relname), '.'),
       pg_catalog.format('%s has given %s %% of the numbers that %s can hold.', s.sequencename,
         pg_catalog.round(100.0 * s.last_value / room.most), a.attname)
from pg_catalog.pg_sequences s
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass
  and d.objid = pg_catalog.format('%I.%I', s.schemaname, s.sequencename)::regclass
  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')
join pg_catalog.pg_class c on c.oid = d.refobjid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
cross join lateral (
  select least(s.max_value::numeric,
    case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
      else 9223372036854775807 end) as most
) room
where s.increment_by > 0 and not s.cycle and s.last_value > 0.7 * room.most"""


def _state(state: State) -> Remarks:
    if any(sequence.owned_by for sequence in state.catalog.of(Sequence)):
        yield Remark(
            message="How far sequences have come, only the database knows.",
            advice="Change the column to bigint while there is room.",
            asks=Question(_FULL),
        )


CHECK = Check(
    name="sequence-near-limit",
    code="CO16",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="sequences that come to their end",
    state=_state,
    same_as=("advisor sequence-near-limit",),
)
