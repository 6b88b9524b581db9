"""A session that is idle in a transaction holds its locks, and nothing it does will end that.

Often it is an application that forgot to commit, or waits for somebody else's answer.  The script waits for it, and
everybody else waits for the script.  idle_in_transaction_session_timeout, set for the roles of the application, ends
such sessions by itself.
"""

from __future__ import annotations

from seachange.checks.activity import STANDING, age, asked, held, older, wanted
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written

MESSAGE = "A session that is idle in a transaction lets this script wait."
ADVICE = "End it with pg_terminate_backend, and set idle_in_transaction_session_timeout for its role."
IDLE = """
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
  and a.state like 'idle in transaction%'
"""


def _look(written: Written, around: Around) -> Remarks:
    locks = wanted(around)
    if locks:
        yield from asked(
            MESSAGE,
            ADVICE,
            f"""\
{held(locks)}select distinct k.relation, 
  format('Process %s is idle in a transaction for %s seconds and holds a lock on %s.',
  a.pid, {age("a.state_change")}, k.relation)
{IDLE.replace("where", "join known k on k.pid = a.pid where", 1)}""",
        )


def _advise(state: State) -> Remarks:
    yield from asked(
        MESSAGE,
        ADVICE,
        f"""\
select 'process ' || a.pid, format('Process %s is idle in a transaction for %s seconds.', a.pid,
  {age("a.state_change")})
{IDLE} and {older("a.state_change", STANDING)}""",
    )


CHECK = Check(
    name="blocker-idle-in-transaction",
    code="LK36",
    severity=Severity.ERROR,
    needs=frozenset({Needs.ACTIVITY}),
    summary="a session that is idle in a transaction and is in the way",
    statement=_look,
    state=_advise,
    queueing=True,
    same_as=("pgfence missing-idle-timeout",),
)
