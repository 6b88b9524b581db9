"""A prepared transaction holds its locks, and there is no process that one could end.

It outlives its session and a restart of the server.  Where what should finish it is gone, it stays in the way of every
ALTER TABLE, and of VACUUM, until somebody says COMMIT PREPARED or ROLLBACK PREPARED.
"""

from __future__ import annotations

from seachange.checks.activity import STANDING, age, asked, held, older, wanted
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written

MESSAGE = "A prepared transaction lets this script wait."
ADVICE = "Finish it with COMMIT PREPARED or ROLLBACK PREPARED."


def _look(written: Written, around: Around) -> Remarks:
    locks = wanted(around)
    if locks:
        yield from asked(
            MESSAGE,
            ADVICE,
            f"""\
{held(locks)}select distinct k.relation, 
  format('The prepared transaction %L holds a lock on %s, for %s seconds by now.',
  p.gid, k.relation, {age("p.prepared")})
from known k
join pg_catalog.pg_locks x
  on x.pid is null and x.locktype = 'transactionid' and x.virtualtransaction = k.virtualtransaction
join pg_catalog.pg_prepared_xacts p on p.transaction = x.transactionid
where k.pid is null""",
        )


def _advise(state: State) -> Remarks:
    yield from asked(
        MESSAGE,
        ADVICE,
        f"""\
select p.gid, format('The prepared transaction %L waits to be finished for %s seconds.', p.gid, {age("p.prepared")})
from pg_catalog.pg_prepared_xacts p
where p.database = pg_catalog.current_database() and {older("p.prepared", STANDING)}""",
    )


CHECK = Check(
    name="blocker-prepared-transaction",
    code="LK37",
    severity=Severity.ERROR,
    needs=frozenset({Needs.ACTIVITY}),
    summary="a prepared transaction that is in the way",
    statement=_look,
    state=_advise,
    queueing=True,
)
