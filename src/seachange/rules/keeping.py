"""How what goes for good is put into the quarantine: severed from all that stays, and moved or copied there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.outside import PublishedTable
from seachange.catalog.facts.relations import (
    Column,
    Index,
    Policy,
    Rule,
    Sequence,
    Statistics,
    Table,
    TableConstraint,
    Trigger,
)
from seachange.catalog.facts.told import Grant
from seachange.catalog.ref import Ref
from seachange.catalog.scope import QUARANTINE
from seachange.rules.addresses import block, grantee
from seachange.rules.columns import drop_column
from seachange.rules.quarantine import SCHEMA, Waiting, family, sequences_of, waiting_name
from seachange.rules.rule import Steps
from seachange.sql.quote import literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step

WHY = "It goes, and waits in the quarantine as {}."


def make_room(waiting: Waiting) -> Step:
    """The schema of the quarantine."""
    return Step(
        sql=f"CREATE SCHEMA IF NOT EXISTS {QUARANTINE}",
        stage=Stage.EXTENSIONS,
        subject=SCHEMA,
        why="The quarantine: what goes for good waits there.",
        makes=frozenset({SCHEMA}),
    )


def keep_table(table: Table, waiting: Waiting) -> Steps:
    """The table with its partitions, severed and moved, all at once."""
    tables = [
        fact for ref in family(table.ref, waiting.around) if isinstance(fact := waiting.around.current.get(ref), Table)
    ]
    statements = [*_part(table, waiting)]
    statements += [sql for each in tables for sql in _sever(each, waiting)]
    statements += [sql for each in tables for sql in _move_table(each, waiting)]
    converted = frozenset(ref.names[:-1] for ref in waiting.as_text) & {each.names for each in tables}
    yield Step(
        sql=block(statements),
        stage=Stage.REMOVE,
        why=_why(table, waiting) + (" Columns whose type goes are written anew as text." if converted else ""),
        takes=frozenset({table.ref}),
        follows=frozenset({SCHEMA}),
        locks=tuple(Held(each.names, Lock.ACCESS_EXCLUSIVE) for each in tables),
        rewrites=converted,
        risks=frozenset({Risk.LOSES_DATA, *({Risk.REWRITES} if converted else ())}),
    )


def _why(fact: Fact, waiting: Waiting) -> str:
    return WHY.format(path(waiting_name(fact.names, waiting.label)))


def _part(table: Table, waiting: Waiting) -> Iterator[str]:
    """From the tables above that do not go to the quarantine as well."""
    for parent in table.parents:
        if parent in _above(table, waiting):
            continue
        if table.bound:
            yield f"ALTER TABLE {path(parent)} DETACH PARTITION {path(table.names)}"
        else:
            yield f"ALTER TABLE {path(table.names)} NO INHERIT {path(parent)}"


def _sever(table: Table, waiting: Waiting) -> Iterator[str]:
    yield from _drop_foreign_partitions(table, waiting)
    yield from _drop_hangers_on(table, waiting)
    if actions := [*_dropping(table, waiting)]:
        yield f"ALTER TABLE {path(table.names)} {', '.join(actions)}"
    if actions := [*_converting(table, waiting)]:
        yield f"ALTER TABLE {path(table.names)} {', '.join(actions)}"
    receivers = sorted({_receiver(grant) for grant in _grants(table, waiting)})
    if receivers:
        yield f"REVOKE ALL ON TABLE {path(table.names)} FROM {', '.join(map(grantee, receivers))} CASCADE"


def _drop_foreign_partitions(table: Table, waiting: Waiting) -> Iterator[str]:
    for heir in waiting.around.heirs(table.names):
        foreign = Ref("foreign table", heir)
        fact = waiting.around.current.get(foreign)
        if foreign in waiting.around.goes and table.names in getattr(fact, "parents", ()):
            yield f"DROP FOREIGN TABLE IF EXISTS {path(heir)}"


def _drop_hangers_on(table: Table, waiting: Waiting) -> Iterator[str]:
    """What is on the table and calls or names something else."""
    current = waiting.around.current
    kinds: tuple[tuple[type[Fact], str], ...] = ((Trigger, "TRIGGER"), (Policy, "POLICY"), (Rule, "RULE"))
    for kind, word in kinds:
        for fact in current.parts(table.names, kind):
            yield f"DROP {word} IF EXISTS {name(fact.names[-1])} ON {path(table.names)}"
    for user in sorted(_users(table, waiting)):
        match current.get(user):
            case PublishedTable(args=(publication, *_)):
                yield _withdraw(publication, table)
            case Statistics() as statistics:
                yield f"DROP STATISTICS IF EXISTS {path(statistics.names)}"
    for index in current.indexes_of(table.names):
        if not index.constraint and waiting.is_severed(index.ref) and not _is_below(index, table, waiting):
            yield f"DROP INDEX IF EXISTS {path(index.names)}"


def _withdraw(publication: str, table: Table) -> str:
    """The publication may be gone by now."""
    there = f"EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = {literal(publication)})"
    return f"IF {there} THEN ALTER PUBLICATION {name(publication)} DROP TABLE {path(table.names)}; END IF"


def _users(table: Table, waiting: Waiting) -> set[Ref]:
    current = waiting.around.current
    users = set(current.users(table.ref))
    for column in current.parts(table.names, Column):
        users |= current.users(column.ref)
    return users & waiting.around.goes


def _is_below(fact: Index | TableConstraint, table: Table, waiting: Waiting) -> bool:
    """Whether it goes with that of a table above, which goes too."""
    if isinstance(fact, Index):
        return fact.part_of is not None and bool(_above(table, waiting))
    index = waiting.around.current.get(Ref("index", (fact.names[0], fact.names[-1])))
    if isinstance(index, Index) and index.constraint and index.table == table.names:
        return _is_below(index, table, waiting)
    same = (Ref("table constraint", (*parent, fact.names[-1])) for parent in _above(table, waiting))
    return (fact.inherited or bool(table.bound)) and any(ref in waiting.around.current for ref in same)


def _above(table: Table, waiting: Waiting) -> list[Path]:
    """The tables above that go with it."""
    return [parent for parent in table.parents if Ref("table", parent) in waiting.tables]


def _dropping(table: Table, waiting: Waiting) -> Iterator[str]:
    """Before 15 the column itself, not its expression, uses what generates it, and may be gone with that."""
    current = waiting.around.current
    if table.of_type and not waiting.around.goes.isdisjoint(current.uses(table.ref)):
        yield "NOT OF"
    for constraint in current.parts(table.names, TableConstraint):
        if waiting.is_severed(constraint.ref) and not _is_below(constraint, table, waiting):
            yield f"DROP CONSTRAINT IF EXISTS {name(constraint.names[-1])}"
    for column in current.parts(table.names, Column):
        default = Ref("default value", column.names)
        label = name(column.names[-1])
        if default in current and waiting.is_severed(default):
            if column.generated is None:
                yield f"ALTER COLUMN {label} DROP DEFAULT"
            elif not _is_inherited(column, table, waiting):
                kept = column.generated == "stored" and waiting.around.has(15)
                yield f"ALTER COLUMN {label} DROP EXPRESSION" if kept else f"DROP COLUMN IF EXISTS {label}"


def _is_inherited(column: Column, table: Table, waiting: Waiting) -> bool:
    return (column.inherited or bool(table.bound)) and bool(_above(table, waiting))


def _converting(table: Table, waiting: Waiting) -> Iterator[str]:
    for column in waiting.around.current.parts(table.names, Column):
        gone = column.ref in waiting.plain and (column.generated == "virtual" or not waiting.around.has(15))
        if column.ref in waiting.as_text and not gone and not _is_inherited(column, table, waiting):
            array = "[]" if column.type.endswith("[]") else ""
            yield f"ALTER COLUMN {name(column.names[-1])} TYPE text{array} USING {name(column.names[-1])}::text{array}"


def _grants(fact: Fact, waiting: Waiting) -> Iterator[Grant]:
    current = waiting.around.current
    columns = (column.ref for column in current.parts(fact.names, Column))
    return (told for ref in (fact.ref, *columns) for told in current.said_of(ref) if isinstance(told, Grant))


def _receiver(grant: Grant) -> str:
    return grant.args[-2 if grant.grantor is None else -3]


def _move_table(table: Table, waiting: Waiting) -> Iterator[str]:
    """With all that has a name in its schema, under names that nothing has there."""
    current = waiting.around.current
    for sequence in sequences_of(table.ref, waiting.around):
        yield rename("SEQUENCE", sequence, waiting)
    for index in current.indexes_of(table.names):
        if not waiting.is_severed(index.ref):
            yield rename("INDEX", index, waiting)
    yield rename("TABLE", table, waiting)
    renamed = (table.names[0], waiting_name(table.names, waiting.label)[-1])
    yield f"ALTER TABLE {path(renamed)} SET SCHEMA {QUARANTINE}"
    yield f"COMMENT ON TABLE {path(waiting_name(table.names, waiting.label))} IS {_origin(table, waiting)}"


def _origin(fact: Fact, waiting: Waiting) -> str:
    return literal(f"seachange: was {fact.ref}, put away by plan {waiting.label}")


def rename(word: str, fact: Fact, waiting: Waiting) -> str:
    """Still in its own schema."""
    return f"ALTER {word} {path(fact.names)} RENAME TO {name(waiting_name(fact.names, waiting.label)[-1])}"


def keep_sequence(sequence: Sequence, waiting: Waiting) -> Steps:
    """It keeps its position, and belongs to no column any more."""
    own = [f"ALTER SEQUENCE {path(sequence.names)} OWNED BY NONE"] if sequence.owned_by else []
    yield Step(
        sql=block((*own, *_move(sequence, "SEQUENCE", waiting))),
        stage=Stage.REMOVE,
        why=_why(sequence, waiting),
        takes=frozenset({sequence.ref}),
        follows=frozenset({SCHEMA}),
        risks=frozenset({Risk.LOSES_DATA}),
    )


def _move(fact: Fact, word: str, waiting: Waiting) -> Iterator[str]:
    renamed = (fact.names[0], waiting_name(fact.names, waiting.label)[-1])
    yield rename(word, fact, waiting)
    yield f"ALTER {word} {path(renamed)} SET SCHEMA {QUARANTINE}"
    receivers = sorted({_receiver(grant) for grant in _grants(fact, waiting)})
    if receivers:
        moved = path(waiting_name(fact.names, waiting.label))
        yield f"REVOKE ALL ON {word} {moved} FROM {', '.join(map(grantee, receivers))} CASCADE"


def keep_type(type: Fact, waiting: Waiting) -> Steps:
    """Tables that wait have columns of it."""
    yield Step(
        sql=block(_move(type, "DOMAIN" if type.ref.kind == "domain" else "TYPE", waiting)),
        stage=Stage.REMOVE,
        why=_why(type, waiting),
        takes=frozenset({type.ref}),
        follows=frozenset({SCHEMA}),
    )


def keep_column(column: Column, waiting: Waiting) -> Steps:
    """Its values are copied beside the keys of their rows, while nobody writes, and then it is dropped."""
    steps = tuple(drop_column(column, waiting.around))
    if not steps:
        return
    drop, *rest = steps
    table = column.names[:-1]
    yield Step(
        sql=block((*_copy(column, waiting), *_free(column, waiting), drop.sql, *_put_away(column, waiting))),
        stage=Stage.REMOVE,
        why=f"It goes; its values wait in the quarantine as {path(waiting_name(column.names, waiting.label))}."
        " The table is read whole while nobody may write to it.",
        takes=drop.takes,
        follows=frozenset({SCHEMA}),
        locks=drop.locks,
        scans=frozenset({table}),
        risks=drop.risks | {Risk.SCANS},
    )
    yield from rest


def _copy(column: Column, waiting: Waiting) -> Iterator[str]:
    table, kept = column.names[:-1], path(waiting_name(column.names, waiting.label))
    key = waiting.key(table)
    columns = {each.names[-1]: each for each in waiting.around.current.parts(table, Column)}
    wanted = (*(key or _staying(columns, waiting)), column.names[-1])
    said = ", ".join(_copied(columns[each], waiting) for each in wanted)
    yield f"LOCK TABLE {path(table)} IN SHARE ROW EXCLUSIVE MODE"
    yield "PERFORM pg_catalog.set_config('row_security', 'off', true)"
    yield f"CREATE TABLE {kept} AS SELECT {said} FROM {path(table)} WHERE {name(column.names[-1])} IS NOT NULL"
    yield f"COMMENT ON TABLE {kept} IS {_origin(column, waiting)}"


def _staying(columns: Mapping[str, Column], waiting: Waiting) -> Iterator[str]:
    """All that still tells of a row, where it has no key."""
    return (label for label, column in columns.items() if column.ref not in waiting.around.goes)


def _copied(column: Column, waiting: Waiting) -> str:
    """As text, where its type goes."""
    label = name(column.names[-1])
    array = "[]" if column.type.endswith("[]") else ""
    return f"{label}::text{array} AS {label}" if waiting.loses_type(column) else label


def _free(column: Column, waiting: Waiting) -> Iterator[str]:
    for sequence in sequences_of(column.ref, waiting.around):
        if sequence.ref in waiting.sequences:
            yield f"ALTER SEQUENCE {path(sequence.names)} OWNED BY NONE"


def _put_away(column: Column, waiting: Waiting) -> Iterator[str]:
    for sequence in sequences_of(column.ref, waiting.around):
        if sequence.ref in waiting.sequences:
            yield from _move(sequence, "SEQUENCE", waiting)


KEEP: Mapping[str, Callable[[Any, Waiting], Steps]] = {
    "table": keep_table,
    "table column": keep_column,
    "sequence": keep_sequence,
    "enum": keep_type,
    "composite type": keep_type,
    "domain": keep_type,
}
"""How each kind goes to the quarantine."""
