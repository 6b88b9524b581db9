"""A column that gets another type, and a default that does not follow it by itself."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import DefaultValue
from seachange.repairs.case import Case
from seachange.repairs.places import place
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.clauses import Text, places
from seachange.sql.edit import Edit
from seachange.sql.nodes import AlterTableStmt, ColumnDef
from seachange.sql.parse import NotScanned, pieces
from seachange.sql.quote import name as quoted
from seachange.sql.relations import name


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    """The default is taken away, the type changed, and the same default given again in the new type."""
    node = case.node
    if refusal.code != "42804" or not refusal.said.startswith("default for column") or not refusal.quoted:
        return
    column, text = refusal.quoted[0], Text(case.text)
    action = next((one for one in places(text, node) if _retypes(text, one.first, one.end, column)), None)
    if not isinstance(node, AlterTableStmt) or action is None or not isinstance(action.node, ColumnDef):
        return
    path = (*place(case, name(node.relation)), column)
    default = next((one.expression for one in case.catalog.of(DefaultValue) if one.names == path), None)
    kind = _kind(text, action.first, action.end)
    if default is None or not kind:
        return
    alter = f"ALTER COLUMN {quoted(column)}"
    behind = Edit(text.pieces[action.end - 1].end, text.pieces[action.end - 1].end, "")
    again = f", {alter} SET DEFAULT {_uncast(default)}::{kind}"
    before = Edit(text.pieces[action.first].start, text.pieces[action.first].start, f"{alter} DROP DEFAULT, ")
    repair = Repair(
        name="cast-default",
        does=f"The default of {column} is taken away before the change of type and given again as {kind}.",
        text=text.changed([before, Edit(behind.start, behind.end, again)]),
    )
    yield Question(f"default-type {node.relation.relname}.{column}", f"The default {default} is not {kind}.", (repair,))


def _retypes(text: Text, first: int, end: int, column: str) -> bool:
    written = [text.raw[one.start : one.end].decode() for one in text.pieces[first:end]]
    return any(word.strip('"') == column for word in written[1:3]) and any(
        one.word == "TYPE" for one in text.pieces[first:end]
    )


def _kind(text: Text, first: int, end: int) -> str:
    """The type that the column gets."""
    words = [one.word for one in text.pieces[first:end]]
    start = words.index("TYPE") + 1
    stop = next((i for i in range(start, len(words)) if words[i] in ("USING", "COLLATE")), len(words))
    return text.written(first + start, first + stop)


def _uncast(default: str) -> str:
    """A literal without the cast that PostgreSQL shows behind it; any other expression in parentheses."""
    try:
        words = pieces(default)
    except NotScanned:
        return f"({default})"
    if len(words) > 1 and words[1].word == "::" and words[0].word.startswith("'"):
        return default.encode()[: words[0].end].decode()
    return f"({default})"
