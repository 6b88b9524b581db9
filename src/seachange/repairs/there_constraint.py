"""A constraint or a column that is there already."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.repairs.case import Case
from seachange.repairs.named import there
from seachange.repairs.refusal import SKIPPED, Refusal, Sort
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.repairs.towards import statements, with_facts
from seachange.repairs.widening import holds
from seachange.sql import actions
from seachange.sql.edit import Edit, edited
from seachange.sql.guards import with_if_not_exists
from seachange.sql.nodes import (
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    Constraint,
)
from seachange.sql.parse import tokens
from seachange.sql.quote import name, path

ASIDE = "seachange_aside"
SECOND_KEY = "42P16"


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """ALTER TABLE … ADD meets a column or a constraint of that name."""
    node = case.node
    if refusal.code not in (*SKIPPED, SECOND_KEY) or not isinstance(node, AlterTableStmt):
        return
    table = there(case, node.relation, ("table", "foreign table"))
    if table is None:
        return
    if len(node.cmds) > 1:
        if refusal.sort is Sort.ERROR:
            yield _one_by_one(case, node)
        return
    action = node.cmds[0].alter_table_cmd
    if action.subtype == AT_AddColumn:
        yield from _column(refusal, case, table.names, str(getattr(action, "def").column_def.colname))
    if action.subtype == AT_AddConstraint:
        yield from _constraint(case, table.names, getattr(action, "def").constraint)


def _one_by_one(case: Case, node: AlterTableStmt) -> Question:
    repair = Repair(
        name="split",
        does="Its actions are statements of their own, since some are done already and others are not.",
        text="",
        after=actions.apart(case.text, node),
    )
    return Question("one-by-one", "One of several actions is refused.", (repair,))


def _column(refusal: Refusal, case: Case, table: Path, column: str) -> Iterator[Question | Refusal]:
    old = case.catalog.get(Ref("table column", (*table, column)))
    if not isinstance(old, Column):
        return
    wanted = case.copy.what_if((f"ALTER TABLE {path(table)} RENAME COLUMN {name(column)} TO {ASIDE}", case.text))
    if isinstance(wanted, Refusal):
        if wanted.code[:2] != "23":  # rows cannot have a new column without a default; they have this one
            yield wanted
        return
    new = wanted.get(old.ref)
    if not isinstance(new, Column):
        return
    shown = f"{path(table)}.{name(column)}"
    widened = new.type != old.type and holds(new.type, old.type)
    before = statements(case.catalog, with_facts(case.catalog, [replace(old, type=new.type)])) if widened else ()
    differs = new.type != old.type and not widened
    if refusal.sort is Sort.SKIPPED and not before:
        return
    text = case.text if refusal.sort is Sort.SKIPPED else with_if_not_exists(case.text, *_add(case.text))
    yield Question(
        f"column-there {'.'.join((*table, column))}",
        f"The column {shown} is there already.",
        (
            Repair(
                name="keep",
                does=f"The column {shown} is there already"
                + (f"; its type becomes {new.type}." if widened else f", of type {old.type}."),
                follows=f"The script wants it to be {new.type}." if differs else "",
                outcome=Outcome.MERGED,
                text=text,
                before=before,
            ),
        ),
    )


def _add(sql: str) -> tuple[str, ...]:
    raw = sql.encode()
    words = [raw[start:end].decode().upper() for start, end in tokens(sql)]
    return ("ADD", "COLUMN") if ("ADD", "COLUMN") in pairwise(words) else ("ADD",)


def _constraint(case: Case, table: Path, wanted: Constraint) -> Iterator[Question | Refusal]:
    label = str(wanted.conname)
    there_is = case.catalog.get(Ref("table constraint", (*table, label))) or _same_key(case, table, wanted)
    if isinstance(there_is, TableConstraint):
        yield from _compared(case, table, there_is)
        return
    index = case.catalog.get(Ref("index", (table[0], label)))
    if isinstance(index, Index) and wanted.contype in (CONSTR_UNIQUE, CONSTR_PRIMARY):
        yield from _by_index(case, table, index, wanted)


def _same_key(case: Case, table: Path, wanted: Constraint) -> TableConstraint | None:
    """The primary key that is there, where another one is wanted."""
    if wanted.contype != CONSTR_PRIMARY:
        return None
    keys = (one for one in case.catalog.parts(table, TableConstraint) if one.type == "primary key")
    return next(keys, None)


def _compared(case: Case, table: Path, old: TableConstraint) -> Iterator[Question | Refusal]:
    label, shown = old.names[-1], f"{name(old.names[-1])} of {path(table)}"
    if old.type == "primary key":
        setting_aside = f"ALTER TABLE {path(table)} DROP CONSTRAINT {name(label)} CASCADE"
    else:
        setting_aside = f"ALTER TABLE {path(table)} RENAME CONSTRAINT {name(label)} TO {ASIDE}"
    made = case.copy.what_if((setting_aside, case.text))
    if isinstance(made, Refusal):
        yield made
        return
    fresh = [one for one in made.parts(table, TableConstraint) if one.ref not in case.catalog or one.ref == old.ref]
    new = next((one for one in fresh if one.names[-1] != ASIDE), None)
    if new is None or replace(new, names=old.names, validated=old.validated) == old:
        repair = Repair(
            name="keep",
            does=f"The constraint {shown} is there already, and says the same.",
            outcome=Outcome.MERGED,
            text="",
        )
        yield Question(f"constraint-there {'.'.join(old.names)}", f"{shown} is there already.", (repair,))
        return
    yield _differing(case, table, old)


def _differing(case: Case, table: Path, old: TableConstraint) -> Question:
    label, shown = old.names[-1], f"{name(old.names[-1])} of {path(table)}"
    replaced = Repair(
        name="replace",
        does=f"The constraint {shown} says something else here; it gives way to the script's.",
        follows=f"What {shown} said before is no longer guaranteed.",
        before=(f"ALTER TABLE {path(table)} DROP CONSTRAINT {name(label)}",),
    )
    kept = Repair(
        name="keep",
        does=f"The constraint {shown} says something else here, and stays.",
        follows="What the script wants of it is not guaranteed.",
        outcome=Outcome.REMOVED,
        text="",
    )
    key = old.type == "primary key"
    return Question(
        f"constraint-differs {'.'.join(old.names)}",
        f"{shown} is there already, and says something else.",
        (kept, replaced) if key else (replaced, kept),
        open=True,
    )


def _by_index(case: Case, table: Path, index: Index, wanted: Constraint) -> Iterator[Question]:
    columns = tuple(each.string.sval for each in wanted.keys)
    fits = index.unique and index.table == table and index.columns == columns and not index.predicate and not index.keys
    shown = path(index.names)
    if fits:
        repair = Repair(
            name="using-index",
            does=f"The unique index {shown} is there already: the constraint takes it over.",
            text=_using_index(case.text, index.names[-1]),
        )
    else:
        repair = Repair(
            name="other-name",
            does=f"The name of the constraint is that of an index which does not serve it: {shown}.",
            text=_renamed(case.text, str(wanted.conname), f"{str(wanted.conname)[:58]}_key2"),
        )
    yield Question(f"index-there {'.'.join(index.names)}", f"The name {shown} is that of an index.", (repair,))


def _using_index(sql: str, index: str) -> str:
    """UNIQUE (…) becomes UNIQUE USING INDEX."""
    raw, found = sql.encode(), tokens(sql)
    words = [raw[start:end].decode().upper() for start, end in found]
    first = next(i for i, word in enumerate(words) if word == "UNIQUE" or words[i - 1 : i + 1] == ["PRIMARY", "KEY"])
    opening = words.index("(", first)
    closing = words.index(")", opening)
    return edited(raw, [Edit(found[opening][0], found[closing][1], f"USING INDEX {name(index)}")]).decode()


def _renamed(sql: str, old: str, new: str) -> str:
    raw = sql.encode()
    for start, end in tokens(sql):
        if raw[start:end].decode() in (name(old), f'"{old}"'):
            return edited(raw, [Edit(start, end, name(new))]).decode()
    return sql
