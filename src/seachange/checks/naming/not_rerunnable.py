"""A script that stops halfway cannot be run again, since its first statements have been done already.

Outside of one transaction each statement stays done when a later one fails.  The second run stops at the first CREATE
or DROP that has been done before.  With IF NOT EXISTS and IF EXISTS it passes over these.  A constraint has no such
form: drop it with IF EXISTS just before.  An index without a name is even made a second time, beside the first.  Row
security that is switched in a statement of its own leaves the table open, or closed, where the script stops before
it.

One transaction around the whole script is better where it is possible: IF NOT EXISTS passes over what is there, also
where it is not the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.edit import Edit
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    ONCOMMIT_DROP,
    AlterTableCmd,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    AT_DisableRowSecurity,
    AT_DropColumn,
    AT_DropConstraint,
    AT_EnableRowSecurity,
    CreateExtensionStmt,
    CreateSchemaStmt,
    CreateSeqStmt,
    CreateStmt,
    CreateTableAsStmt,
    DropStmt,
    IndexStmt,
)
from seachange.sql.parse import Token
from seachange.sql.parts import actions, dropped_at, indexed_at

_THERE, _NOT_THERE = "IF EXISTS ", "IF NOT EXISTS "
_WHY = "so that the script can be run again"
_SWITCHES = frozenset({AT_EnableRowSecurity, AT_DisableRowSecurity})


def _look(written: Written, around: Around) -> Remarks:
    if around.script.whole:
        return
    if isinstance(written.node, AlterTableStmt):
        yield from _altering(written, written.node, around)
    else:
        yield from _making(written)


def _making(written: Written) -> Remarks:
    node = written.node
    match node:
        case DropStmt() if not node.missing_ok:
            yield _remark(written, "DROP", "is dropped already", dropped_at(written.text), _THERE)
        case CreateStmt() if not node.if_not_exists and not _passes(node):
            yield _remark(written, "CREATE TABLE", "is there already", node.relation.location, _NOT_THERE)
        case IndexStmt() if not node.idxname:
            yield Remark(
                message="An index without a name is made anew by each run of the script.",
                about=node.relation.relname,
                advice="Give it a name, and say IF NOT EXISTS.",
            )
        case IndexStmt() if not node.if_not_exists:
            yield _remark(written, "CREATE INDEX", "is there already", indexed_at(written.text), _NOT_THERE)
        case CreateTableAsStmt() if not node.if_not_exists and not _passes(node.into):
            yield _remark(written, "CREATE", "is there already", node.into.rel.location, _NOT_THERE)
        case CreateSeqStmt() if not node.if_not_exists:
            yield _remark(written, "CREATE SEQUENCE", "is there already", node.sequence.location, _NOT_THERE)
        case CreateSchemaStmt() | CreateExtensionStmt() if not node.if_not_exists:
            yield _remark(written, " ".join(written.words[:2]), "is there already", None, _NOT_THERE)


def _passes(made: Message) -> bool:
    """A table that is gone when its transaction ends."""
    relation = made.relation if isinstance(made, CreateStmt) else made.rel
    on_commit = made.oncommit if isinstance(made, CreateStmt) else made.on_commit
    return bool(relation.relpersistence == "t" and on_commit == ONCOMMIT_DROP)


def _altering(written: Written, node: AlterTableStmt, around: Around) -> Remarks:
    commands = [each.alter_table_cmd for each in node.cmds]
    places = actions(written.text, node.relation.location) if not written.sent else ()
    for at, command in enumerate(commands):
        action = places[at] if len(places) == len(commands) else ()
        match command.subtype:
            case _ if command.missing_ok:
                pass
            case subtype if subtype == AT_AddColumn:
                yield _remark(written, "ADD COLUMN", "is there already", _behind(action), _NOT_THERE)
            case subtype if subtype == AT_DropColumn:
                yield _remark(written, "DROP COLUMN", "is dropped already", _behind(action), _THERE)
            case subtype if subtype == AT_DropConstraint:
                yield _remark(written, "DROP CONSTRAINT", "is dropped already", _behind(action), _THERE)
            case subtype if subtype == AT_AddConstraint and not _cleared(command, node, around):
                yield _remark(written, "ADD CONSTRAINT", "is there already", None, "")
            case subtype if subtype in _SWITCHES:
                yield _switched(node)


def _switched(node: AlterTableStmt) -> Remark:
    return Remark(
        message=f"Where the script stops before this, {node.relation.relname} is left with the row security it had.",
        about=node.relation.relname,
        advice="Put it into one transaction with what it belongs to.",
    )


def _behind(action: tuple[Token, ...]) -> int | None:
    """The byte behind ADD COLUMN, DROP COLUMN or DROP CONSTRAINT."""
    if len(action) < 2:
        return None
    word = action[1].text.upper()
    return action[2 if word in ("COLUMN", "CONSTRAINT") else 1].start


def _cleared(command: AlterTableCmd, node: AlterTableStmt, around: Around) -> bool:
    """The script dropped a constraint of this name just before, if it was there."""
    name = getattr(command, "def").constraint.conname
    done = list(_same_constraint(name, node, around))
    return bool(done) and done[-1]


def _same_constraint(name: str, node: AlterTableStmt, around: Around) -> Iterator[bool]:
    """What earlier statements did to a constraint of a name: True where they dropped it, False where they added it."""
    numbers = around.script.altering.get(node.relation.relname, ())
    for at in numbers[: bisect_left(numbers, around.at)]:
        earlier: Any = around.script.up[at].node
        for each in earlier.cmds:
            command = each.alter_table_cmd
            if command.subtype == AT_DropConstraint and command.name == name:
                yield True
            elif command.subtype == AT_AddConstraint and getattr(command, "def").constraint.conname == name:
                yield False


def _remark(written: Written, what: str, why: str, at: int | None, words: str) -> Remark:
    edits = () if at is None or written.sent else (Edit(written.start + at, written.start + at, words, _WHY),)
    return Remark(
        message=f"A second run of the script stops at this {what}: what it names {why}.",
        at=at,
        advice=f"Say {words.strip()}, or put the whole script into one transaction."
        if words
        else "Drop it with IF EXISTS just before, or put the whole script into one transaction.",
        edits=edits,
    )


CHECK = Check(
    name="not-rerunnable",
    code="NM05",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="statements that a second run of the script stops at",
    kinds=(
        "DropStmt",
        "CreateStmt",
        "IndexStmt",
        "CreateTableAsStmt",
        "CreateSeqStmt",
        "CreateSchemaStmt",
        "CreateExtensionStmt",
        "AlterTableStmt",
    ),
    statement=_look,
    same_as=("squawk prefer-robust-stmts",),
)
