"""A column whose type cannot be changed just so: its default, its values, or what leans on it stand in the way."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, DefaultValue
from seachange.catalog.facts.types import Enum
from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.planner import plan
from seachange.repairs.case import Case
from seachange.repairs.named import at, there
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.repairs.towards import PLAIN, with_facts
from seachange.sql import actions
from seachange.sql.nodes import AlterTableStmt, AT_AlterColumnType
from seachange.sql.quote import literal, name, path, unquoted

MISMATCH, NO_CAST, NOT_NOW, BAD_VALUE = "42804", "42846", ("0A000", "42601"), "22P02"


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """ALTER COLUMN … TYPE is refused."""
    node = case.node
    if refusal.sort is not Sort.ERROR or not isinstance(node, AlterTableStmt):
        return
    changes = [each.alter_table_cmd for each in node.cmds if each.alter_table_cmd.subtype == AT_AlterColumnType]
    table = there(case, node.relation)
    if not changes or table is None or refusal.code not in (MISMATCH, NO_CAST, *NOT_NOW, BAD_VALUE):
        return
    if len(node.cmds) > 1:
        split = Repair(
            name="split",
            does="Its actions are statements of their own, since one of them needs others around it.",
            text="",
            after=actions.apart(case.text, node),
        )
        yield Question("one-by-one", "One of several actions is refused.", (split,))
        return
    column = case.catalog.get(Ref("table column", (*table.names, str(changes[0].name))))
    if isinstance(column, Column):
        yield from _question(refusal, case, column, using=getattr(changes[0], "def").column_def.HasField("raw_default"))


def _question(refusal: Refusal, case: Case, column: Column, *, using: bool) -> Iterator[Question | Refusal]:
    key = ".".join(column.names)
    if refusal.code in (MISMATCH, NO_CAST) and refusal.said.startswith("default"):
        yield from _without_default(refusal, case, column)
    elif refusal.code in (MISMATCH, NO_CAST) and not using:
        yield Question(f"no-cast {key}", f"{refusal.said}.", (_converted(case, column),))
    elif refusal.code == BAD_VALUE:
        yield from _labelled(refusal, case, key)
    elif refusal.code in NOT_NOW:
        yield from _with_dependents(refusal, case, column)


def _without_default(refusal: Refusal, case: Case, column: Column) -> Iterator[Question | Refusal]:
    """The default goes for as long as it takes; it comes back where the new type knows it."""
    drop = f"ALTER TABLE {path(column.names[:-1])} ALTER COLUMN {name(column.names[-1])} DROP DEFAULT"
    made = case.copy.what_if((drop, case.text))
    old = case.catalog.get(Ref("default value", column.names))
    if isinstance(made, Refusal):
        yield made
    elif isinstance(old, DefaultValue):
        repair = _restored(case, column, (drop, old.expression, _type(made.get(column.ref))))
        yield Question(f"default-in-the-way {'.'.join(column.names)}", f"{refusal.said}.", (repair,))


def _restored(case: Case, column: Column, default: tuple[str, str, str]) -> Repair:
    drop, expression, type = default
    label = name(column.names[-1])
    back = f"ALTER TABLE {path(column.names[:-1])} ALTER COLUMN {label} SET DEFAULT {_recast(expression, type)}"
    if isinstance(case.copy.what_if((drop, case.text, back)), Refusal):
        return Repair(
            name="drop",
            does=f"The default of {label} is dropped: the new type has no such value.",
            follows=f"{label} has no default any more; it was {expression}.",
            before=(drop,),
        )
    return Repair(
        name="drop-and-restore",
        does=f"The default of {label} is dropped before and set again after it, as one of the new type.",
        before=(drop,),
        after=(back,),
    )


def _type(fact: object) -> str:
    return fact.type if isinstance(fact, Column) else ""


def _recast(expression: str, type: str) -> str:
    """A default as one of another type: 'customer'::character varying becomes 'customer'::user_role."""
    value, colons, _ = expression.rpartition("::")
    return f"{value if colons and value.startswith(chr(39)) and value.endswith(chr(39)) else f'({expression})'}::{type}"


def _converted(case: Case, column: Column) -> Repair:
    label = name(column.names[-1])
    written = case.text.rstrip()
    type = written[_behind_type(written) :].strip()
    direct = f"{written} USING {label}::{type}"
    text = direct if not isinstance(case.copy.what_if((direct,)), Refusal) else f"{written} USING {label}::text::{type}"
    return Repair(name="using", does=f"PostgreSQL does not convert {label} unasked: it is told how.", text=text)


def _behind_type(sql: str) -> int:
    """The character behind the word TYPE of the action."""
    return sql.upper().rindex(" TYPE ") + len(" TYPE ")


def _labelled(refusal: Refusal, case: Case, key: str) -> Iterator[Question]:
    """A value that an enum does not know."""
    if "enum" not in refusal.said or not refusal.quoted:
        return
    enum = at(case, unquoted(refusal.said.partition("enum ")[2].partition(":")[0]), ("enum",))
    if not isinstance(enum, Enum):
        return
    label = refusal.quoted[-1]
    repair = Repair(
        name="add-label",
        does=f"Rows have the value {literal(label)}, which {path(enum.names)} does not know: it gets this label.",
        follows=f"{path(enum.names)} admits {literal(label)}, which the script does not speak of.",
        outcome=Outcome.MERGED,
        before=(f"ALTER TYPE {path(enum.names)} ADD VALUE IF NOT EXISTS {literal(label)}",),
    )
    yield Question(f"no-label {key} {label}", f"{refusal.said}.", (repair,), open=True)


def _with_dependents(refusal: Refusal, case: Case, column: Column) -> Iterator[Question]:
    """What leans on the column is dropped before and made again after it."""
    wanted = _wanted_type(case, column)
    if not wanted:
        return
    try:
        aim = with_facts(case.catalog, _retyped(case, column, wanted))
        steps = list(plan(case.catalog, aim, PLAIN).steps)
    except NotPlanned:
        return
    place = next((i for i, step in enumerate(steps) if step.subject == column.ref and " TYPE " in step.sql), None)
    if place is None:
        return
    before, after = (tuple(step.sql for step in part) for part in (steps[:place], steps[place + 1 :]))
    repair = Repair(
        name="drop-and-restore",
        does=f"What leans on {path(column.names)} is dropped before and made again after it.",
        before=before,
        after=after,
    )
    yield Question(f"leaned-on {'.'.join(column.names)}", f"{refusal.said}.", (repair,))


def _retyped(case: Case, column: Column, type: str) -> Iterator[Column | DefaultValue]:
    """The column and its default as they are to be."""
    yield replace(column, type=type)
    default = case.catalog.get(Ref("default value", column.names))
    if isinstance(default, DefaultValue) and not column.generated:
        yield replace(default, expression=_recast(default.expression, type))


def _wanted_type(case: Case, column: Column) -> str:
    """The type as PostgreSQL spells it, learnt from a table that has nothing else."""
    type = case.text[_behind_type(case.text) :].strip()
    type = type[: type.upper().index(" USING ")] if " USING " in type.upper() else type
    made: Path = (column.names[0], "seachange_aside")
    found = case.copy.what_if((f"CREATE TABLE {path(made)} (it {type})",))
    return "" if isinstance(found, Refusal) else _type(found.get(Ref("table column", (*made, "it"))))
