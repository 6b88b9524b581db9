"""What comes with a server is known to come with it, but for what stands behind operators, types and aggregates."""

from __future__ import annotations

import psycopg

from seachange.checks.built_in import is_built_in
from tests.plugins.servers import Server

_CALLABLE = """
select distinct p.proname from pg_catalog.pg_proc p
where p.pronamespace = 'pg_catalog'::regnamespace
  and not ('internal'::regtype = any (p.proargtypes) or 'cstring'::regtype = any (p.proargtypes))
  and p.prorettype not in (select oid from pg_catalog.pg_type where typname in
    ('internal', 'cstring', 'trigger', 'index_am_handler', 'table_am_handler', 'tsm_handler'))
  and p.oid not in (select oprcode from pg_catalog.pg_operator)
  and p.oid not in (select amproc from pg_catalog.pg_amproc)
  and p.oid not in (select unnest(array[aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn])
                    from pg_catalog.pg_aggregate)
  and p.proname !~ '(send|recv|_out|_in|typmodin|sel)$'
"""


def test_functions_of_the_server(server: Server, database: str) -> None:
    with psycopg.connect(database) as session:
        names = [name for (name,) in session.execute(_CALLABLE)]
    assert [name for name in names if not is_built_in(name)] == []


def test_functions_of_people() -> None:
    assert not any(map(is_built_in, ("uuid_generate_v4", "digest", "uid", "update_stock", "st_distance")))


def test_functions_behind_operators() -> None:
    assert all(map(is_built_in, ("array_append", "array_cat", "jsonb_concat", "starts_with")))
