"""A transaction that has been open for long has the script wait for its locks, and others behind it.

Whoever has read a table in a transaction holds a lock on it until that ends: ACCESS EXCLUSIVE is not to be had before.
What works concurrently waits even for transactions that never touched the table, as long as they are older and look at
the database as it was.  End them, or wait until they have ended, before the script begins.
"""

from __future__ import annotations

from seachange.checks.activity import LONG, STANDING, age, asked, held, older, waits, wanted
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written

MESSAGE = "Who is in a transaction for long lets this script wait."
ADVICE = "Wait until it has ended, or end it with pg_terminate_backend."
ACTIVE = """
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
  and coalesce(a.state, '') not like 'idle in transaction%' and a.backend_type <> 'autovacuum worker'
"""


def _look(written: Written, around: Around) -> Remarks:
    locks = wanted(around)
    if locks:
        yield from asked(MESSAGE, ADVICE, held(locks) + _holding())
    if around.world.known and around.is_last and waits(around):
        yield from asked(MESSAGE, ADVICE, _older())


def _holding() -> str:
    return f"""\
select distinct k.relation, format('Process %s has been in a transaction for %s seconds and holds a lock on %s.',
  a.pid, {age("a.xact_start")}, k.relation)
{ACTIVE.replace("where", "join known k on k.pid = a.pid where", 1)} and {older("a.xact_start", LONG)}"""


def _older() -> str:
    return f"""\
select 'process ' || a.pid, format('Process %s has been in a transaction for %s seconds, and what works concurrently '
  'waits for it.', a.pid, {age("a.xact_start")})
{ACTIVE} and (a.backend_xmin is not null or a.backend_xid is not null) and {older("a.xact_start", LONG)}"""


def _advise(state: State) -> Remarks:
    yield from asked(
        MESSAGE,
        ADVICE,
        f"""\
select 'process ' || a.pid, format('Process %s has been in a transaction for %s seconds.',
  a.pid, {age("a.xact_start")})
{ACTIVE} and {older("a.xact_start", STANDING)}""",
    )


CHECK = Check(
    name="blocker-long-transaction",
    code="LK35",
    severity=Severity.ERROR,
    needs=frozenset({Needs.ACTIVITY}),
    summary="a transaction that has been open for long and is in the way",
    statement=_look,
    state=_advise,
    queueing=True,
    same_as=("pghero long_running_queries",),
)
