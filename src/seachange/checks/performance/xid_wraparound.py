"""A table is twice as old as autovacuum lets tables grow: freezing does not get through.

A row knows the transaction that wrote it by a number of 32 bits. Before numbers come round, VACUUM must mark old rows
as frozen; autovacuum begins with that at autovacuum_freeze_max_age, 200 million transactions as a rule. A table of
twice that age is one where it fails again and again: an old transaction, a slot or a prepared transaction holds it
up, or it is cancelled each time. At two thousand million the server takes no more writes.
"""

from __future__ import annotations

from seachange.checks.asking import asking
from seachange.checks.check import Check, Needs
from seachange.finding import Severity

ASKED = """
select {spelled},
       format('The oldest rows of %s are %s transactions old; it should have been frozen at %s.',
              {spelled}, age(c.relfrozenxid), m.most)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select least(current_setting('autovacuum_freeze_max_age')::bigint,
               (select option_value::bigint from pg_options_to_table(c.reloptions)
                where option_name = 'autovacuum_freeze_max_age')) as most) m
where c.relkind in ('r', 'm', 't')
  and age(c.relfrozenxid) > 2 * m.most
order by 1
"""

CHECK = Check(
    name="xid-wraparound",
    code="PF12",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA, Needs.ACTIVITY}),
    summary="tables that are long overdue to be frozen",
    state=asking(
        ASKED,
        "How old the oldest rows of tables are, the server knows.",
        "End what holds old transactions open, and VACUUM (FREEZE) the table in a quiet hour.",
    ),
    same_as=("pghero transaction_id_danger",),
)
