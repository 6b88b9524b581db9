"""A foreign key that refused a DELETE, and afterwards deletes or empties rows itself, changes what a mistake costs.

Where a DELETE of a parent row failed while it had children, ON DELETE CASCADE takes all children along, and theirs;
SET NULL cuts them loose.  The application code is the same, and nothing tells anybody.

If it is meant, say so where it is reviewed.  If not, keep NO ACTION and delete the children in the code that means to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, strings
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_FOREIGN, AT_AddConstraint, AT_DropConstraint
from seachange.sql.quote import name

_ACTIONS = {"c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    added = [
        key
        for command in commands(statement, AT_AddConstraint)
        if (key := definition(command)).contype == CONSTR_FOREIGN
    ]
    table = around.world.path(statement.relation) if added else ()
    for key in added:
        action = _ACTIONS.get(key.fk_del_action)
        if action and any(_was(old, key) for old in _gone(table, around)):
            yield _remark(table, key, action)


def _gone(table: Path, around: Around) -> Iterator[tuple[str, TableConstraint | None]]:
    """The constraints of the table that the script dropped up to here, with what is known of them."""
    catalog = around.world.catalog
    for written in (*around.earlier, around.written):
        for command in commands(written.node, AT_DropConstraint):
            if around.world.path(written.node.relation) == table:  # type: ignore[union-attr]
                old = catalog.get(Ref("table constraint", (*table, command.name))) if catalog else None
                yield command.name, old if isinstance(old, TableConstraint) else None


def _was(old: tuple[str, TableConstraint | None], key: Any) -> bool:
    """Whether this is the key as it was, and it left the rows alone; a key that nobody knows is told by its name."""
    named, known = old
    if known is None:
        return bool(key.conname == named)
    same = known.columns == strings(key.fk_attrs) or known.names[-1] == key.conname
    return same and known.type == "foreign key" and known.on_delete in (None, "restrict")


def _remark(table: Path, key: Any, action: str) -> Remark:
    constraint = name(key.conname) if key.conname else "The foreign key"
    columns = ", ".join(map(name, strings(key.fk_attrs)))
    parent = ".".join(filter(None, (key.pktable.schemaname, key.pktable.relname)))
    effect = "deletes the rows that refer to it" if action == "CASCADE" else "cuts loose the rows that refer to it"
    return Remark(
        message=f"A DELETE from {parent} was refused by {constraint} of {spelled(table)}; now it {effect}.",
        about=spelled(table),
        at=key,
        advice="Keep NO ACTION, unless it is meant.",
        safe=f"ALTER TABLE {spelled(table)} ADD {f'CONSTRAINT {constraint} ' if key.conname else ''}FOREIGN KEY"
        f" ({columns}) REFERENCES {parent} NOT VALID;",
    )


CHECK = Check(
    name="fk-action-weakened",
    code="DL11",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="foreign keys that begin to delete or empty rows",
    kinds=("AT_AddConstraint",),
    statement=_look,
)
