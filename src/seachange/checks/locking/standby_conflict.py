"""ACCESS EXCLUSIVE locks are taken on standbys, too, where queries wait for them or are ended.

The lock comes with the stream of changes.  A query on a standby that uses the table is ended when it keeps the stream
waiting for longer than max_standby_streaming_delay, and until then the standby falls behind.  Have few such steps, at
an hour when standbys answer little, and know who is asked there.
"""

from __future__ import annotations

from seachange.checks.activity import asked, wanted
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.step import Lock

STANDBYS = """\
select coalesce(nullif(application_name, ''), 'process ' || pid),
  format('The standby %s at %s takes the same locks: a query there that uses these tables waits, or is ended.',
    application_name, coalesce(host(client_addr), 'this machine'))
from pg_catalog.pg_stat_replication
where state in ('streaming', 'catchup')
"""


def _look(written: Written, around: Around) -> Remarks:
    strong = [names for names, lock in wanted(around).items() if lock is Lock.ACCESS_EXCLUSIVE]
    if strong:
        yield from asked(
            "Queries on a standby wait for locks of this script, or are ended.",
            "Run it when standbys answer little, and look at max_standby_streaming_delay there.",
            STANDBYS,
            about=spelled(strong[0]),
        )


CHECK = Check(
    name="standby-conflict",
    code="LK39",
    severity=Severity.WARNING,
    needs=frozenset({Needs.ACTIVITY, Needs.CATALOG}),
    summary="locks that have queries on standbys wait or end",
    statement=_look,
    queueing=True,
)
