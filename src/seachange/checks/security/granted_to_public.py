"""A table is open to everybody, or to people who are not logged in.

What is granted to PUBLIC is granted to every role that there is and to all that are made later; taking it away from
one of them is not possible. `anon` and its like are the roles under which an API asks for visitors: with DELETE,
UPDATE or TRUNCATE on a table without row security any visitor empties it, an audit log included. TRUNCATE passes by
row security.

Before PostgreSQL 15 everybody may also create objects in the schema public, until that is taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from seachange.catalog.facts.relations import ForeignTable, MaterializedView, Schema, Table, View
from seachange.catalog.facts.told import Grant
from seachange.catalog.ref import Ref
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

RELATIONS = (Table, View, MaterializedView, ForeignTable)
VISITORS = frozenset({"anon", "anonymous", "web_anon", "guest"})
WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
LOSING = frozenset({"UPDATE", "DELETE", "TRUNCATE"})
OWNED = 150000
"""Since this version the schema public belongs to the owner of the database."""
TOOLS = ("advisor table-granted-to-public", "splinter 0013")


def _state(state: State) -> Remarks:
    for kind in RELATIONS:
        for relation in state.whole.of(kind):
            yield from _judge(relation.ref, state.whole)
    public = next((schema for schema in state.whole.of(Schema) if schema.names == ("public",)), None)
    if public and state.version < OWNED and not state.whole.is_revoked(public.ref, "public", "CREATE"):
        yield _schema()


def _look(written: Written, around: Around) -> Remarks:
    del written
    for target in dict.fromkeys(grant.target for grant in brought(around, Grant)):
        if target.kind in {"table", "view", "materialized view", "foreign table"}:
            yield from _judge(target, around.end)
        elif target == Ref("schema", ("public",)) and ("public", "CREATE") in around.end.grants(target):
            yield _schema()


def _schema() -> Remark:
    return Remark(
        message="Everybody may create objects in the schema public, which is on everybody's search_path.",
        about="public",
        advice="Take CREATE away from PUBLIC.",
        safe="REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
        same_as=("splinter 0013",),
    )


def _judge(target: Ref, whole: Whole) -> Remarks:
    granted: defaultdict[str, set[str]] = defaultdict(set)
    for grantee, privilege in whole.grants(target):
        granted[grantee].add(privilege)
    name = spelled(target.names)
    if privileges := granted.pop("public", None):
        listed = ", ".join(sorted(privileges))
        yield Remark(
            message=f"Everybody has {listed} on {name}.",
            about=name,
            advice="Give it to the roles that need it.",
            safe=f"REVOKE {listed} ON {name} FROM PUBLIC;",
            same_as=TOOLS,
        )
    for visitor in sorted(VISITORS & granted.keys()):
        yield from _open(target, visitor, granted[visitor], whole)


def _open(target: Ref, visitor: str, privileges: set[str], whole: Whole) -> Iterator[Remark]:
    table = whole.table(target.names)
    protected = table is not None and table.row_security
    lost = sorted(privileges & ({"TRUNCATE"} if protected else LOSING))
    if table is not None and lost:
        name, listed = spelled(target.names), ", ".join(lost)
        why = "row security does not hold for TRUNCATE" if protected else "no row security stands in the way"
        yield Remark(
            message=f"{visitor}, as whom visitors ask, has {listed} on {name}, and {why}.",
            about=name,
            advice="Take away what visitors do not need.",
            safe=f"REVOKE {listed} ON {name} FROM {spelled((visitor,))};",
            same_as=("splinter 0013",),
            severity=Severity.WARNING if protected else Severity.ERROR,
        )


CHECK = Check(
    name="granted-to-public",
    code="SE20",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="tables that are open to everybody or to visitors",
    kinds=("GrantStmt",),
    statement=_look,
    state=_state,
    same_as=TOOLS,
)
