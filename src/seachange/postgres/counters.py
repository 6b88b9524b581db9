"""How often rows of tables were written, as the server counts, by whomever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from psycopg import Connection

from seachange.catalog.facts import Path

Session = Connection[Any]

COUNTED = """
select n.nspname, c.relname, c.oid::bigint,
  has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid),
  coalesce(sum(s.n_tup_ins), 0)::bigint, coalesce(sum(s.n_tup_upd), 0)::bigint, coalesce(sum(s.n_tup_del), 0)::bigint
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral pg_catalog.pg_partition_tree(c.oid) part on c.relkind = 'p'
left join pg_catalog.pg_stat_all_tables s on s.relid = coalesce(part.relid::oid, c.oid)
where c.relkind in ('r', 'p') and c.relpersistence in ('p', 'u')
group by n.nspname, c.relname, c.oid, n.oid
"""


class Counter(msgspec.Struct, frozen=True):
    """What was written into a table since the server began to count.  It is told with a delay of some seconds.

    `table` is its number on the server, which stays when it is renamed.  `readable`: all its rows can be seen.
    """

    table: int
    readable: bool
    inserted: int
    updated: int
    deleted: int


def counters(session: Session) -> Mapping[Path, Counter]:
    """The counters of all tables; those of a partitioned table are those of its partitions together."""
    rows = session.execute(COUNTED).fetchall()
    return {(schema, table): Counter(*counted) for schema, table, *counted in rows}
