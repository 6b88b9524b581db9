"""A name with capitals, blanks or a reserved word has to be written in quotes wherever it is used.

PostgreSQL reads names without quotes in lower case.  A table "Orders" is not found by SELECT * FROM orders nor by
Orders; whoever writes SQL by hand, a report or a function has to know and to quote.  A column named like a reserved
word - order, user, end - is refused without quotes, or means something else: user is the current role.

Names of lower-case letters, digits and underscores need none.  To rename what is in use, see the check on renames.
"""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts.relations import MaterializedView, Table, TableColumn, View
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableStmt, CreateForeignTableStmt
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    node = written.node
    relation = node.base_stmt.relation if isinstance(node, CreateForeignTableStmt) else getattr(node, "relation", None)
    made = () if relation is None or isinstance(node, AlterTableStmt) else (relation.relname,)
    names = (*made, *(column.name for column in around.columns if column.is_new))
    if odd := _odd(names):
        table = spelled(around.world.path(relation)) if relation else ""
        yield Remark(message=_said(odd), about=table, advice=_ADVICE)


def _stands(state: State) -> Remarks:
    for kind in (Table, View, MaterializedView, TableColumn):
        for fact in state.catalog.of(kind):
            if odd := _odd(fact.names[-1:]):
                yield Remark(message=_said(odd), about=spelled(fact.names), advice=_ADVICE)


def _odd(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name(each) for each in names if name(each) != each)


def _said(odd: tuple[str, ...]) -> str:
    if len(odd) == 1:
        return f"{odd[0]} has to be written in quotes wherever it is used."
    return f"{', '.join(odd)} have to be written in quotes wherever they are used."


_ADVICE = "Use lower-case letters, digits and underscores, and no reserved word."

CHECK = Check(
    name="identifier-needs-quoting",
    code="NM02",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="names that have to be quoted",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("advisor identifier-needs-quoting",),
)
