"""Function bodies checked once everything they may use is there, by the validators of their languages."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.finding import Finding, Severity
from seachange.postgres.send import Failed, Session, messages, send
from seachange.sql.script import Statement

# A row is a function made by a user, with the call that validates it as if it were called from its own schema.
_FUNCTIONS = """
select pg_catalog.format('%s %s', case p.prokind when 'p' then 'procedure' else 'function' end, p.oid::regprocedure),
       pg_catalog.format(
         'select pg_catalog.set_config(''search_path'', %L, true), %s(%s)',
         coalesce((select pg_catalog.substr(setting, 13) from pg_catalog.unnest(p.proconfig) setting
                   where setting like 'search\\_path=%%'),
                  pg_catalog.concat_ws(', ', nullif(pg_catalog.current_setting('search_path'), ''),
                                       pg_catalog.quote_ident(n.nspname))),
         l.lanvalidator::regproc, p.oid)
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where l.lanvalidator <> 0
  and n.nspname not in ('pg_catalog', 'information_schema')
  and p.prokind in ('f', 'p')
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by 1
"""


def check(session: Session) -> Iterator[Finding]:
    """A finding for each function whose body the server refuses."""
    session.execute("set check_function_bodies = on")
    calls = [Statement(call, str(function), 1, ("SELECT",)) for function, call in session.execute(_FUNCTIONS)]
    while calls:
        failed = _first_failure(session, calls)
        if failed is None:
            return
        yield _finding(failed)
        calls = calls[calls.index(failed.statement) + 1 :]


def _first_failure(session: Session, calls: list[Statement]) -> Failed | None:
    try:
        for message in messages(calls):
            send(session, message)
    except Failed as failed:
        return failed
    return None


def _finding(failed: Failed) -> Finding:
    said = failed.error.diag
    where = f" ({said.context.splitlines()[0]})" if said.context else ""
    return Finding(
        check="function-body",
        severity=Severity.ERROR,
        about=failed.statement.file,
        message=f"{said.message_primary or failed.error}{where}",
        advice="The function is there, but fails when it is called.",
    )
