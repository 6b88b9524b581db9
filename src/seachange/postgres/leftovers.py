"""What a concurrent build that fails leaves behind: an index that is not valid, which costs writers and serves none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import Connection

from seachange.errors import StepFailed, Unreachable
from seachange.postgres.groups import failed
from seachange.sql import parse, quote
from seachange.step import Step

Session = Connection[Any]

INVALID = """
select n.nspname, c.relname, exists (select from pg_catalog.pg_constraint where conindid = i.indexrelid)
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not i.indisvalid
  and not exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
"""
BUILT = INVALID + "and i.indexrelid = pg_catalog.to_regclass(%(name)s)"
REBUILT = (
    INVALID
    + """
  and i.indrelid = (select indrelid from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass(%(name)s))
  and c.relname like '%%\\_ccnew%%'
"""
)
"""PostgreSQL builds the new one under a name of its own, beside the old one."""


def clear(session: Session, step: Step, number: int) -> None:
    """Have nothing left of an earlier attempt at a step.  Raises StepFailed or Unreachable, as groups.send does."""
    try:
        for statement in tuple(_cleaning(session, step.sql)):
            session.execute(statement.encode())
    except psycopg.Error as error:
        raise _failed(session, step, number, error) from error


def _failed(session: Session, step: Step, number: int, error: psycopg.Error) -> StepFailed | Unreachable:
    return failed(session, step, number, error, "to clear away what was left of ")


def _cleaning(session: Session, sql: str) -> Iterator[str]:
    for names, question in ((parse.index_built(sql), BUILT), (parse.index_rebuilt(sql), REBUILT)):
        if names is None:
            continue
        for schema, name, keeps in session.execute(question.encode(), {"name": quote.path(names)}).fetchall():
            how = "REINDEX INDEX CONCURRENTLY" if keeps else "DROP INDEX CONCURRENTLY IF EXISTS"
            yield f"{how} {quote.path((schema, name))}"
