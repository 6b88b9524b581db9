"""Rows with a large document are updated often, and each time the whole row is written anew.

PostgreSQL changes no value in place. Where a counter or a time stands beside a document of some kilobytes, each
update writes the row again; where a key inside the document changes, the whole document. That fills the WAL and
leaves dead rows.

Told are columns of json, jsonb, text or bytea of five hundred bytes and more on the average, in tables whose rows
were updated twice each or more, and not within their page. Averages are known once the table was analyzed.
"""

from __future__ import annotations

from seachange.checks.asking import asking
from seachange.checks.check import Check, Needs
from seachange.finding import Severity

ASKED = """
select {spelled},
       format('The rows of %s, with %s bytes in %s, were updated %s times, %s times within their page.',
              {spelled}, s.avg_width, string_agg(quote_ident(a.attname), ', ' order by a.attnum),
              t.n_tup_upd, t.n_tup_hot_upd)
from pg_stat_user_tables t
join pg_class c on c.oid = t.relid
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
where a.atttypid in ('json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'bytea'::regtype)
  and s.avg_width >= 500
  and t.n_tup_upd >= 1000
  and t.n_tup_upd >= 2 * t.n_live_tup
  and t.n_tup_hot_upd < t.n_tup_upd * 0.9
group by n.nspname, c.relname, s.avg_width, t.n_tup_upd, t.n_tup_hot_upd
order by 1
"""

CHECK = Check(
    name="toast-or-json-rewrite",
    code="PF16",
    severity=Severity.NOTE,
    needs=frozenset({Needs.DATA, Needs.ACTIVITY}),
    summary="large documents in rows that are updated often",
    state=asking(
        ASKED,
        "Which rows with large documents are updated often, the server has counted.",
        "Put the document, or what changes often, into a table of its own.",
    ),
)
