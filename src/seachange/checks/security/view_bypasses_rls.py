"""A view reads a table with row security as its owner, so that its readers see rows that policies hide from them.

A view asks its tables with the rights of the view's owner, and policies are asked for that role. Where the owner owns
the tables as well, is a superuser or has BYPASSRLS, no policy is asked at all: whoever may read the view sees the
rows of every tenant.

Since PostgreSQL 15 `security_invoker` has the view ask with the rights of who reads it. On 14, and where readers
shall have no rights on the table, the view can be given to a role that is itself subject to the policies: one that
does not own the table, or owns it while row security is forced, and that neither is a superuser nor has BYPASSRLS.
"""

from __future__ import annotations

from msgspec.structs import replace

from seachange.catalog.facts.relations import Table, View
from seachange.checks.check import Check, Needs, Question, Remark, Remarks, Verdict
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import is_exempt
from seachange.checks.views import asks_as_invoker, tables, unknown
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.quote import literal, path

INVOKER = 150000
ASKED = """
select {named}, format('%s reads %s as %s, for whom its policies do not hold.', {named}, {tables}, r.rolname)
from pg_class v
join pg_roles r on r.oid = v.relowner
where v.oid = to_regclass({view})
  and (r.rolsuper or r.rolbypassrls or exists (
    select from pg_class t
    where t.oid = any (array[{oids}]) and not t.relforcerowsecurity and pg_has_role(r.oid, t.relowner, 'usage')))
"""


def _judge(view: View, whole: Whole) -> Remarks:
    if asks_as_invoker(view):
        return
    hidden = {table for table, _ in tables(view, whole, all_views=False) if table.row_security}
    if hidden:
        yield from _remarks(view, sorted(hidden, key=lambda table: table.names), whole)
    elif missing := unknown(view, whole):
        yield Remark(
            message=f"{spelled(view.names)} reads {', '.join(map(spelled, missing))} as its owner: where these have "
            "row security, its readers pass by it.",
            about=spelled(view.names),
            verdict=Verdict.UNKNOWN,
        )


def _remarks(view: View, hidden: list[Table], whole: Whole) -> Remarks:
    owner = whole.owner(view.ref)
    remark = Remark(
        message=f"{spelled(view.names)} reads {_named(hidden)} as {owner or 'its owner'}, not as who reads it.",
        about=spelled(view.names),
        advice=_advice(whole.version),
        safe=_safe(view, whole.version),
    )
    same = [table for table in hidden if owner is None or whole.owner(table.ref) in (None, owner)]
    exempt = True if owner is None else is_exempt(owner, whole)
    if exempt or any(not table.force_row_security for table in same):
        yield remark
    elif exempt is None:
        yield replace(remark, asks=_question(view, hidden))


def _named(hidden: list[Table]) -> str:
    return ", ".join(spelled(table.names) for table in hidden)


def _advice(version: int) -> str:
    if version >= INVOKER:
        return "Have it ask with the rights of who reads it."
    return "Give it to a role that is subject to the policies; PostgreSQL 15 has security_invoker."


def _safe(view: View, version: int) -> str:
    if version >= INVOKER:
        return f"ALTER VIEW {spelled(view.names)} SET (security_invoker = true);"
    return f"ALTER VIEW {spelled(view.names)} OWNER TO some_role_without_bypassrls;"


def _question(view: View, hidden: list[Table]) -> Question:
    return Question(
        ASKED.format(
            named=literal(spelled(view.names)),
            tables=literal(_named(hidden)),
            view=literal(path(view.names)),
            oids=", ".join(f"to_regclass({literal(path(table.names))})" for table in hidden),
        )
    )


CHECK = Check(
    name="view-bypasses-rls",
    code="SE15",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.DATA}),
    summary="views that read tables with row security as their owner",
    kinds=("ViewStmt", "AlterTableStmt"),
    statement=of_statement(_judge, View),
    state=of_state(_judge, View),
    same_as=("advisor view-bypasses-rls", "splinter 0010"),
)
