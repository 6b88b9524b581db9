"""Which checks a statement is for."""

from __future__ import annotations

import pytest

from seachange.checks import checks
from seachange.checks.aspects import aspects
from seachange.checks.check import UNPARSED
from seachange.sql import nodes
from seachange.sql.tree import tree


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("ALTER TABLE t ALTER a SET NOT NULL, DROP b", {"AlterTableStmt", "AT_SetNotNull", "AT_DropColumn"}),
        ("ALTER TABLE t ADD c int REFERENCES o", {"AlterTableStmt", "AT_AddColumn", "CONSTR_FOREIGN"}),
        ("ALTER TABLE t ADD CHECK (a > 0)", {"AlterTableStmt", "AT_AddConstraint", "CONSTR_CHECK"}),
        ("CREATE TABLE t (a int UNIQUE, PRIMARY KEY (a))", {"CreateStmt", "CONSTR_UNIQUE", "CONSTR_PRIMARY"}),
        ("CREATE FOREIGN TABLE t (a int NOT NULL) SERVER s", {"CreateForeignTableStmt", "CONSTR_NOTNULL"}),
        ("DROP TABLE t", {"DropStmt"}),
    ],
)
def test_aspects(sql: str, found: set[str]) -> None:
    assert aspects(tree(sql)) == found


def test_every_check_asks_for_what_there_is() -> None:
    asked = {kind for check in checks().values() for kind in check.kinds if kind != UNPARSED}
    commands, constraints = nodes.AlterTableType.keys(), nodes.ConstrType.keys()
    known = {kind for kind in asked if hasattr(nodes, kind)} | {*commands, *constraints}
    assert asked <= known
