"""What a statement would make if nothing of that name were there."""

from __future__ import annotations

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.transactions import plainly
from seachange.sql.nodes import IndexStmt
from seachange.sql.quote import name, path

ASIDE = "seachange_aside"


def relation_made(case: Case, kind: str, names: Path) -> Catalog | Refusal:
    """The state after the statement, while the relation `names` is put aside."""
    word = kind.upper()
    return case.copy.what_if((f"CREATE SCHEMA {ASIDE}", f"ALTER {word} {path(names)} SET SCHEMA {ASIDE}", _plain(case)))


def renamed_made(case: Case, what: str, names: Path) -> Catalog | Refusal:
    """The state after the statement, while `what`, such as an index or a type, bears another name."""
    return case.copy.what_if((f"ALTER {what} {path(names)} RENAME TO {name(ASIDE)}", _plain(case)))


def _plain(case: Case) -> str:
    """What is asked is taken back, so that it is within a transaction: nothing can be done concurrently there."""
    return (plainly(case.text) if isinstance(case.node, IndexStmt) and case.node.concurrent else "") or case.text
