"""Constraints of tables.  Rows that are there already are checked in a step of its own where others use the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.attaching import attach_index, index_above, is_attached_apart, parts_before
from seachange.rules.columns import inline_not_null, is_simple, locked, nothing, parents_of, staying_heirs
from seachange.rules.constraint_clauses import INDEXED, constraint_clause, index_of, not_valid, only, ready_index
from seachange.rules.constraint_replacement import replaced
from seachange.rules.family import family, held
from seachange.rules.not_null import proven_by
from seachange.rules.online_constraints import (
    checked_later,
    is_checked_apart,
    is_proven_below,
    proven_below,
)
from seachange.rules.online_keys import is_keyed_apart, keyed
from seachange.rules.replaceable import is_replaceable
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.rules.shadowed import unless_replaced
from seachange.rules.usual_names import is_only_named, name_not_null, unname_not_null
from seachange.rules.validation import validation
from seachange.sql.quote import literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step

INHERITED = ("check", "not null")
"""What the tables below have too when their parent has it."""


def add_constraint(constraint: TableConstraint, around: Context) -> Steps:
    table = constraint.names[:-1]
    if constraint.inherited or _comes_from_above(constraint, around) or _comes_with_column(constraint, around):
        return
    if is_only_named(constraint, around):
        yield from name_not_null(constraint, around)
        return
    owner = around.desired.get(Ref("table", table))
    if isinstance(owner, Table) and owner.ref in around.comes and is_inline(constraint, owner, around):
        return
    yield from _forms(_added(constraint, around), constraint, around)
    yield from _finish(constraint, around)


def _added(constraint: TableConstraint, around: Context) -> Step:
    """All of it in one statement."""
    table = f"{only(constraint, around)}{path(constraint.names[:-1])}"
    clause = constraint_clause(constraint, around) + not_valid(constraint)
    return Step(
        sql=f"ALTER TABLE {table} ADD CONSTRAINT {name(constraint.names[-1])} {clause}",
        stage=Stage.CONSTRAINTS,
        makes=frozenset(_made(constraint, around)),
        follows=_partitions(constraint, around) | frozenset(_rivals(constraint, around)),
        locks=_locks(constraint, around),
        scans=_scans(constraint, around),
        risks=_risks(constraint, around),
    )


def _forms(step: Step, constraint: TableConstraint, around: Context) -> Steps:
    """How it is done while others use the table."""
    if is_keyed_apart(constraint, around):
        return keyed(step, constraint, around)
    if not is_checked_apart(constraint, around):
        return (step,)
    if is_proven_below(constraint, around):
        return proven_below(step, constraint, around)
    return checked_later(step, constraint, around)


def _partitions(constraint: TableConstraint, around: Context) -> frozenset[Ref]:
    """What comes or goes before the index of a partitioned table is there."""
    return parts_before(constraint.names[:-1], around) if only(constraint, around) else frozenset()


def _rivals(constraint: TableConstraint, around: Context) -> Iterator[Ref]:
    """What goes and is as unique as what is referred to: a foreign key would lean on it as long as it is there."""
    if constraint.references is None:
        return
    for index in around.current.indexes_of(constraint.references):
        if index.unique and index.ref in around.goes and set(index.columns) == set(constraint.referenced_columns):
            yield Ref("table constraint", (*index.table, index.names[-1])) if index.constraint else index.ref


def _finish(constraint: TableConstraint, around: Context) -> Steps:
    index = index_of(constraint, around)
    if index is not None and index.ref in around.comes and is_attached_apart(index, around):
        yield attach_index(index, around)
    if constraint.triggers:
        yield from switch_triggers(constraint, constraint, around)


def is_inline(constraint: TableConstraint, table: Table, around: Context) -> bool:
    """Whether CREATE TABLE writes it: it needs nothing that may come later, and no index of a partition's."""
    if not constraint.validated or constraint.inherited or constraint.triggers or around.restored(table.ref):
        return False
    match constraint.type:
        case "check":
            return is_simple(constraint.ref, around)
        case "primary key" | "unique":
            index = index_of(constraint, around)
            plain = index is not None and not (index.part_of or index.keys or index.statistics)
            return plain and not (table.partition_key or constraint.temporal or _has_twin(constraint, around))
        case _:
            return False


def _has_twin(constraint: TableConstraint, around: Context) -> bool:
    """Whether another one is the same but for its name: CREATE TABLE makes one of the two."""
    twins = (
        each.names
        for each in around.desired.parts(constraint.names[:-1], TableConstraint)
        if each.type in ("primary key", "unique") and each.columns == constraint.columns
    )
    return min(twins) != constraint.names


def _made(constraint: TableConstraint, around: Context) -> Iterator[Ref]:
    yield constraint.ref
    if (index := index_of(constraint, around)) is not None and ready_index(constraint, around) is None:
        yield index.ref
    if constraint.type in INHERITED and not constraint.no_inherit:
        for heir in around.heirs(constraint.names[:-1], around.desired):
            below = Ref("table constraint", (*heir, constraint.names[-1]))
            if below in around.comes and Ref("table", heir) not in around.comes:
                yield below


def _comes_from_above(constraint: TableConstraint, around: Context) -> bool:
    """A parent that was there before gets the same, and hands it down."""
    if constraint.type not in INHERITED or not around.stays(Ref("table", constraint.names[:-1])):
        return False
    for parent in parents_of(constraint.names[:-1], around):
        above = Ref("table constraint", (*parent, constraint.names[-1]))
        if above in around.comes and around.stays(Ref("table", parent)):
            return _is_below_now(constraint.names[:-1], parent, around)
    return False


def _is_below_now(table: Path, parent: Path, around: Context) -> bool:
    return all(
        parent in getattr(catalog.get(Ref("table", table)), "parents", ())
        for catalog in (around.current, around.desired)
    )


def _comes_with_column(constraint: TableConstraint, around: Context) -> bool:
    if constraint.type != "not null":
        return False
    column = around.desired.get(Ref("table column", (*constraint.names[:-1], constraint.columns[0])))
    made = column is not None and column.ref in around.comes
    return made and inline_not_null(column, around) is not None  # type: ignore[arg-type]


def _locks(constraint: TableConstraint, around: Context) -> tuple[Held, ...]:
    table = constraint.names[:-1]
    if constraint.references:
        return held(Lock.SHARE_ROW_EXCLUSIVE, around, table, constraint.references)
    if only(constraint, around) or constraint.no_inherit:
        return locked(table, around)
    return held(Lock.ACCESS_EXCLUSIVE, around, table)


def _scans(constraint: TableConstraint, around: Context) -> frozenset[Path]:
    table = constraint.names[:-1]
    if ready_index(constraint, around) is not None or only(constraint, around) or not constraint.validated:
        return frozenset()
    return frozenset(family(table, around))


def _risks(constraint: TableConstraint, around: Context) -> frozenset[Risk]:
    if not _scans(constraint, around):
        return frozenset()
    kind = Risk.BUILDS_INDEX if constraint.type in INDEXED else Risk.SCANS
    return frozenset({kind, Risk.REFUSES_ROWS})


def drop_constraint(constraint: TableConstraint, around: Context) -> Steps:
    """What tables below have only from here goes too."""
    table = constraint.names[:-1]
    if constraint.inherited or _goes_from_above(constraint, around) or _goes_with_index(constraint, around):
        return
    if is_only_named(constraint, around):
        yield from unname_not_null(constraint, around)
        return
    takes = {constraint.ref}
    if constraint.type in INHERITED:
        for heir in staying_heirs(table, around):
            below = Ref("table constraint", (*heir, constraint.names[-1]))
            if below in around.goes:
                takes.add(below)
    yield Step(
        sql=f"ALTER TABLE {path(table)} DROP CONSTRAINT {name(constraint.names[-1])}",
        stage=Stage.REMOVE,
        takes=frozenset(takes),
        follows=proven_by(constraint, around),
        locks=held(Lock.ACCESS_EXCLUSIVE, around, table, *([constraint.references] if constraint.references else [])),
        risks=frozenset({Risk.DROPS_INDEX}) if constraint.type in INDEXED else frozenset(),
    )


def keys_below(index: Index, around: Context) -> Iterator[Ref]:
    """The constraints of partitions whose indexes are parts of this one: they go only with it."""
    for user in around.current.users(index.ref):
        part = around.current.get(user)
        if isinstance(part, Index) and part.part_of == index.names:
            yield from keys_below(part, around)
            if part.constraint:
                yield Ref("table constraint", (*part.table, part.names[-1]))


def _goes_with_index(constraint: TableConstraint, around: Context) -> bool:
    own = around.current.get(Ref("index", (constraint.names[0], constraint.names[-1])))
    if not isinstance(own, Index) or not own.constraint or own.part_of is None:
        return False
    above = around.current.get(Ref("index", own.part_of))
    return isinstance(above, Index) and not above.constraint and above.ref in around.goes


def _goes_from_above(constraint: TableConstraint, around: Context) -> bool:
    if constraint.type not in INHERITED:
        return False
    for parent in getattr(around.current.get(Ref("table", constraint.names[:-1])), "parents", ()):
        above = around.current.get(Ref("table constraint", (*parent, constraint.names[-1])))
        if isinstance(above, TableConstraint) and above.ref in around.goes and not above.no_inherit:
            return True
    return False


def validate(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    yield validation(new, around)


def defer_or_replace(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    """Only a foreign key can be told to wait for the end of the transaction."""
    if not _is_foreign_key(old, new, around):
        yield from replaced(old, new, around)
        return
    said = "DEFERRABLE" if new.deferrable else "NOT DEFERRABLE"
    yield _alter(new, f"{said} INITIALLY {'DEFERRED' if new.deferred else 'IMMEDIATE'}", around)


def enforce(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    """Rows are checked at once, whoever waits."""
    if not new.enforced:
        yield _alter(new, "NOT ENFORCED", around)
        return
    tables = family(new.names[:-1], around)
    yield _alter(new, "ENFORCED", around, scans=frozenset(tables), risks=frozenset({Risk.SCANS, Risk.REFUSES_ROWS}))


def hand_down(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    yield _alter(new, "NO INHERIT" if new.no_inherit else "INHERIT", around)


def _alter(constraint: TableConstraint, action: str, around: Context, **more: Any) -> Step:
    table = constraint.names[:-1]
    return Step(
        sql=f"ALTER TABLE {path(table)} ALTER CONSTRAINT {name(constraint.names[-1])} {action}",
        stage=Stage.CONSTRAINTS,
        alters=frozenset({constraint.ref}),
        locks=held(Lock.ACCESS_EXCLUSIVE, around, table),
        **more,
    )


def switch_triggers(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    """The triggers that enforce a foreign key have names that only this database knows."""
    states = {"disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}
    wanted = {relation: states[state] for relation, _, state in (each.rsplit(" ", 2) for each in new.triggers)}
    tables = [path(new.names[:-1]), *([path(new.references)] if new.references else [])]
    for table in dict.fromkeys(tables):
        yield Step(
            sql=_switch(new, table, wanted.get(table, "ENABLE")),
            stage=Stage.TRIGGERS,
            alters=frozenset({new.ref}),
            follows=frozenset({new.ref}) & around.comes,
        )


def _switch(constraint: TableConstraint, table: str, verb: str) -> str:
    return (
        "DO $do$\nDECLARE found record;\nBEGIN\n"
        "  FOR found IN SELECT tgrelid::regclass AS relation, tgname AS name FROM pg_catalog.pg_trigger t\n"
        "    JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint\n"
        f"    WHERE k.conrelid = {literal(path(constraint.names[:-1]))}::regclass AND k.conname = "
        f"{literal(constraint.names[-1])} AND t.tgrelid = {literal(table)}::regclass\n"
        f"  LOOP EXECUTE format('ALTER TABLE %s {verb} TRIGGER %I', found.relation, found.name); END LOOP;\n"
        "END $do$"
    )


def _is_foreign_key(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return old.type == new.type == "foreign key"


def _can_defer(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return _is_foreign_key(old, new, around) or is_replaceable(old, new, around)


def _is_validation(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return new.validated


def _is_enforcement(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    """Where others use the table, a new constraint whose rows are checked later is better."""
    return _is_foreign_key(old, new, around) and not (new.enforced and is_checked_apart(new, around))


def _hands_down(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return new.type == "not null"


def _whole(constraint: TableConstraint, around: Context) -> Ref:
    index = around.current.get(Ref("index", (constraint.names[0], constraint.names[-1])))
    above = index_above(index, around) if isinstance(index, Index) and index.constraint else None
    return above or constraint.ref


def _displaces(constraint: TableConstraint, around: Context) -> Iterator[Ref]:
    """A partitioned table cannot make a constraint of an index that is there."""
    if only(constraint, around) and (index := index_of(constraint, around)) is not None and index.ref in around.current:
        yield index.ref


def _going(constraint: TableConstraint, around: Context) -> tuple[Held, ...]:
    """The triggers of a foreign key stand on both tables."""
    return held(Lock.ACCESS_EXCLUSIVE, around, constraint.references) if constraint.references else ()


CONSTRAINT: Rule[TableConstraint] = Rule(
    add_constraint,
    drop_constraint,
    {
        **dict.fromkeys(
            (
                "delete_columns",
                "references",
                "referenced_columns",
                "on_update",
                "on_delete",
                "match",
                "temporal",
            ),
            REBUILD,
        ),
        **dict.fromkeys(
            ("type", "columns", "include", "expression", "nulls_not_distinct"),
            Alteration(defer_or_replace, possible=is_replaceable),
        ),
        **dict.fromkeys(
            ("deferrable", "deferred"),
            Alteration(defer_or_replace, possible=_can_defer),
        ),
        "validated": Alteration(validate, possible=_is_validation),
        "enforced": Alteration(enforce, possible=_is_enforcement),
        "no_inherit": Alteration(hand_down, possible=_hands_down),
        "inherited": Alteration(nothing),
        "triggers": Alteration(switch_triggers),
    },
    whole=_whole,
    displaces=_displaces,
    going=_going,
)

RULES: Mapping[str, Rule[Any]] = {"table constraint": unless_replaced(CONSTRAINT)}
