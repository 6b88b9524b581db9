"""An index on text that was sorted by another version of the collation misses rows, and lets keys in twice.

The order of letters comes from the C library or ICU.  An operating system that was upgraded, or a standby on another
one, sorts otherwise than the index was built.  PostgreSQL notes the version with which a collation was made; here it is
no longer the one in use.

Build the indexes on text anew, then note the new version.
"""

from __future__ import annotations

from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.finding import Severity

_MOVED = """\
select pg_catalog.format('%I.%I', n.nspname, c.collname),
       pg_catalog.format('%s was made with version %s of its library, which now is %s.', c.collname, c.collversion,
         pg_catalog.pg_collation_actual_version(c.oid))
from pg_catalog.pg_collation c
join pg_catalog.pg_namespace n on n.oid = c.collnamespace
where c.collversion is not null
  and c.collversion <> pg_catalog.pg_collation_actual_version(c.oid)
  and exists (select from pg_catalog.pg_attribute a where a.attcollation = c.oid and a.attrelid >= 16384)"""
_DATABASE = """
union all
select pg_catalog.quote_ident(d.datname),
       pg_catalog.format('The database was made with version %s of its collation, which now is %s.', d.datcollversion,
         pg_catalog.pg_database_collation_actual_version(d.oid))
from pg_catalog.pg_database d
where d.datname = pg_catalog.current_database()
  and d.datcollversion <> pg_catalog.pg_database_collation_actual_version(d.oid)"""
_SINCE = 150000


def _state(state: State) -> Remarks:
    yield Remark(
        message="Which versions collations have, only the server knows.",
        advice="Build the indexes on text anew with REINDEX … CONCURRENTLY, then have the new version noted.",
        asks=Question(_MOVED + (_DATABASE if state.version >= _SINCE else "")),
    )


CHECK = Check(
    name="collation-version-mismatch",
    code="CO35",
    severity=Severity.WARNING,
    needs=frozenset({Needs.DATA}),
    summary="collations whose library has changed",
    state=_state,
)
