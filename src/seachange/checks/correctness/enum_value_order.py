"""ADD VALUE without BEFORE or AFTER puts a label last, and labels are sorted and compared in their order.

`<`, ORDER BY, min and max follow the order of the labels.  A label in the wrong place cannot be moved: it takes a new
type and every column changed to it.

Say where the label belongs, even where that is at the end.
"""

from __future__ import annotations

from seachange.catalog.facts.types import Enum
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import relation, strings
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterEnumStmt
from seachange.sql.quote import literal, path


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, AlterEnumStmt)
    if not statement.new_val or statement.old_val or statement.new_val_neighbor:
        return
    names = strings(statement.type_name)
    found = (around.world.get(Ref("enum", each)) for each in around.world.paths(relation(names)))
    enum = next((fact for fact in found if isinstance(fact, Enum)), None)
    if enum and statement.new_val in enum.labels and statement.skip_if_new_val_exists:
        return
    new = literal(statement.new_val)
    yield Remark(
        message=f"{new} becomes the last label of {path(names)}, and the greatest.",
        about=path(names),
        advice="Say with BEFORE or AFTER where it belongs.",
        safe=f"ALTER TYPE {path(names)} ADD VALUE {new} AFTER {literal(enum.labels[-1])};" if enum else "",
    )


CHECK = Check(
    name="enum-value-order",
    code="CO08",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="labels that go to the end of an enum",
    kinds=("AlterEnumStmt",),
    statement=_look,
    same_as=("squawk require-enum-value-ordering",),
)
