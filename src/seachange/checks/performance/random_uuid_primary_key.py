"""A primary key is a random UUID: each new row goes to another page of the index.

Values of uuid version 4 have no order. On a table that is larger than memory each INSERT reads and writes a page of
the index somewhere, full page images fill the WAL, and rows that came together are far apart. uuidv7(), since
PostgreSQL 18, and bigint grow with time. On small tables it makes no difference; where sizes are known, only large
ones are told.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import DefaultValue, TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.expressions import read
from seachange.checks.judging import of_state, of_statement
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.rules.rule import SMALL_ROWS

RANDOM = frozenset({"gen_random_uuid", "uuid_generate_v4", "uuidv4"})
ORDERED = 180000


def _judge(key: TableConstraint, whole: Whole) -> Remarks:
    table = key.names[:-1]
    size = whole.sizes.get(table)
    if key.type != "primary key" or len(key.columns) != 1 or (size and size.rows < SMALL_ROWS):
        return
    default = whole.world.get(Ref("default value", (*table, *key.columns)))
    if isinstance(default, DefaultValue) and any(call.names[-1] in RANDOM for call in read(default.expression).calls):
        name, column = spelled(table), spelled(key.columns)
        newer = f"ALTER TABLE {name} ALTER COLUMN {column} SET DEFAULT uuidv7();"
        yield Remark(
            message=f"The primary key of {name} is a random UUID.",
            about=name,
            advice="Have keys grow with time: uuidv7() since PostgreSQL 18, or bigint.",
            safe=newer if whole.version >= ORDERED else "",
        )


CHECK = Check(
    name="random-uuid-primary-key",
    code="PF13",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="primary keys that are random",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=of_statement(_judge, TableConstraint),
    state=of_state(_judge, TableConstraint),
    optional=True,
)
