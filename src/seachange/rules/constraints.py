"""Constraints of tables.  Rows that are there already are checked in a step of its own where others use the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.columns import changed_options, inline_not_null, is_simple, locked, nothing, parents_of
from seachange.rules.rule import REBUILD, Alteration, Context, Rule, Steps
from seachange.sql.quote import listed, literal, name, path
from seachange.step import Lock, Risk, Stage, Step

INDEXED = ("primary key", "unique", "exclusion")
INHERITED = ("check", "not null")
"""What the tables below have too when their parent has it."""
ACTIONS = {"restrict": "RESTRICT", "cascade": "CASCADE", "set null": "SET NULL", "set default": "SET DEFAULT"}


def add_constraint(constraint: TableConstraint, around: Context) -> Steps:
    table = constraint.names[:-1]
    if constraint.inherited or _comes_from_above(constraint, around) or _comes_with_column(constraint, around):
        return
    owner = around.desired.get(Ref("table", table))
    if isinstance(owner, Table) and owner.ref in around.comes and is_inline(constraint, owner, around):
        return
    yield Step(
        sql=f"ALTER TABLE {_only(constraint, around)}{path(table)} ADD CONSTRAINT {name(constraint.names[-1])} "
        + constraint_clause(constraint, around)
        + _not_valid(constraint),
        stage=Stage.CONSTRAINTS,
        makes=frozenset(_made(constraint, around)),
        follows=_partitions(constraint, around) | frozenset(_rivals(constraint, around)),
        locks=_locks(constraint, around),
        scans=_scans(constraint, around),
        risks=_risks(constraint, around),
    )
    yield from _finish(constraint, around)


def _partitions(constraint: TableConstraint, around: Context) -> frozenset[Ref]:
    """What is attached after the index is there would get an index of a name of PostgreSQL's own."""
    heirs = around.heirs(constraint.names[:-1], around.desired) if _only(constraint, around) else ()
    return frozenset(Ref("table", heir) for heir in heirs)


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


def is_attached_apart(index: Index, around: Context) -> bool:
    """Whether it takes a step of its own to attach it; with a table that is attached come its indexes."""
    if index.part_of is None:
        return False
    here, there = (catalog.get(Ref("table", index.table)) for catalog in (around.current, around.desired))
    same = isinstance(here, Table) and isinstance(there, Table) and here.parents == there.parents
    return not around.stays(Ref("index", index.part_of)) or (same and around.stays(Ref("table", index.table)))


def attach_index(index: Index, around: Context) -> Step:
    """Makes the index a part of the one on the partitioned table."""
    assert index.part_of
    return Step(
        sql=f"ALTER INDEX {path(index.part_of)} ATTACH PARTITION {path(index.names)}",
        stage=Stage.CONSTRAINTS if index.constraint else Stage.INDEXES,
        alters=frozenset({index.ref}),
        follows=frozenset({Ref("index", index.part_of), Ref("table", index.table)}),
    )


def constraint_clause(constraint: TableConstraint, around: Context) -> str:
    """The constraint as CREATE TABLE and ADD CONSTRAINT have it, after its name."""
    return " ".join(_clauses(constraint, around))


def _clauses(constraint: TableConstraint, around: Context) -> Iterator[str]:
    match constraint.type:
        case "check":
            yield f"CHECK ({constraint.expression})"
        case "not null":
            yield f"NOT NULL {name(constraint.columns[0])}"
        case "exclusion":
            yield str(constraint.expression)
        case "foreign key":
            yield from _foreign_key(constraint)
        case _ if (ready := _ready_index(constraint, around)) is not None:
            yield f"{constraint.type.upper()} USING INDEX {name(ready.names[-1])}"
        case _:
            yield from _key(constraint, around)
    if constraint.no_inherit:
        yield "NO INHERIT"
    if constraint.deferrable:
        yield "DEFERRABLE INITIALLY DEFERRED" if constraint.deferred else "DEFERRABLE"
    if not constraint.enforced:
        yield "NOT ENFORCED"


def _key(constraint: TableConstraint, around: Context) -> Iterator[str]:
    yield constraint.type.upper()
    if constraint.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    yield f"({listed(constraint.columns)}{' WITHOUT OVERLAPS' if constraint.temporal else ''})"
    if constraint.include:
        yield f"INCLUDE ({listed(constraint.include)})"
    index = index_of(constraint, around)
    if index is not None and index.options:
        yield f"WITH ({', '.join(changed_options((), index.options)[1])})"
    if index is not None and index.tablespace:
        yield f"USING INDEX TABLESPACE {name(index.tablespace)}"


def _foreign_key(constraint: TableConstraint) -> Iterator[str]:
    assert constraint.references
    here, there = (
        listed(columns[:-1]) + f"{', ' if columns[:-1] else ''}PERIOD {name(columns[-1])}"
        if constraint.temporal
        else listed(columns)
        for columns in (constraint.columns, constraint.referenced_columns)
    )
    yield f"FOREIGN KEY ({here}) REFERENCES {path(constraint.references)} ({there})"
    if constraint.match:
        yield f"MATCH {constraint.match.upper()}"
    if constraint.on_update:
        yield f"ON UPDATE {ACTIONS[constraint.on_update]}"
    if constraint.on_delete:
        yield f"ON DELETE {ACTIONS[constraint.on_delete]}"
    if constraint.delete_columns:
        yield f"({listed(constraint.delete_columns)})"


def _not_valid(constraint: TableConstraint) -> str:
    return " NOT VALID" if not constraint.validated and constraint.enforced else ""


def index_of(constraint: TableConstraint, around: Context) -> Index | None:
    """The index that the constraint keeps."""
    index = around.desired.get(Ref("index", (constraint.names[0], constraint.names[-1])))
    return index if isinstance(index, Index) and constraint.type in INDEXED else None


def is_inline(constraint: TableConstraint, table: Table, around: Context) -> bool:
    """Whether CREATE TABLE writes it: it needs nothing that may come later, and no index of a partition's."""
    if not constraint.validated or constraint.inherited or constraint.triggers:
        return False
    match constraint.type:
        case "check":
            return is_simple(constraint.ref, around)
        case "primary key" | "unique":
            index = index_of(constraint, around)
            plain = index is not None and not (index.part_of or index.keys or index.statistics)
            return plain and not (table.partition_key or constraint.temporal)
        case _:
            return False


def _only(constraint: TableConstraint, around: Context) -> str:
    """The index on a partitioned table is made of those on its partitions."""
    table = around.desired.get(Ref("table", constraint.names[:-1]))
    partitioned = isinstance(table, Table) and table.partition_key
    alone = partitioned and constraint.type in INDEXED and not has_partitions_of_its_own(constraint.names[:-1], around)
    return "ONLY " if alone else ""


def has_partitions_of_its_own(table: Path, around: Context) -> bool:
    """Partitions of which the desired state does not speak: they get what the table gets, unasked."""
    return any(
        Ref("table", heir) not in around.goes and Ref("table", heir) not in around.desired
        for heir in around.heirs(table)
    )


def _made(constraint: TableConstraint, around: Context) -> Iterator[Ref]:
    yield constraint.ref
    if (index := index_of(constraint, around)) is not None and _ready_index(constraint, around) is None:
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


def _locks(constraint: TableConstraint, around: Context) -> tuple[Any, ...]:
    table = constraint.names[:-1]
    if constraint.type != "foreign key":
        return locked(table, around)
    assert constraint.references
    held = locked(table, around, Lock.SHARE_ROW_EXCLUSIVE)
    if constraint.references != table:
        held += locked(constraint.references, around, Lock.SHARE_ROW_EXCLUSIVE)
    return held


def _scans(constraint: TableConstraint, around: Context) -> frozenset[Path]:
    table = constraint.names[:-1]
    if _ready_index(constraint, around) is not None:
        return frozenset()
    return frozenset({table}) if around.stays(Ref("table", table)) and constraint.validated else frozenset()


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
    takes = {constraint.ref}
    if constraint.type in INHERITED:
        for heir in around.heirs(table):
            below = Ref("table constraint", (*heir, constraint.names[-1]))
            if below in around.goes:
                takes.add(below)
    locks = locked(table, around)
    if constraint.references and constraint.references != table:
        locks += locked(constraint.references, around)
    yield Step(
        sql=f"ALTER TABLE {path(table)} DROP CONSTRAINT {name(constraint.names[-1])}",
        stage=Stage.REMOVE,
        takes=frozenset(takes),
        locks=locks,
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
    yield _validate(new, around)


def _validate(constraint: TableConstraint, around: Context) -> Step:
    table = constraint.names[:-1]
    locks = locked(table, around, Lock.SHARE_UPDATE_EXCLUSIVE)
    if constraint.references and constraint.references != table:
        locks += locked(constraint.references, around, Lock.ROW_SHARE)
    return Step(
        sql=f"ALTER TABLE {path(table)} VALIDATE CONSTRAINT {name(constraint.names[-1])}",
        stage=Stage.VALIDATION,
        alters=frozenset({constraint.ref}),
        locks=locks,
        scans=frozenset({table}),
        risks=frozenset({Risk.REFUSES_ROWS}),
    )


def defer(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    said = "DEFERRABLE" if new.deferrable else "NOT DEFERRABLE"
    yield _alter(new, f"{said} INITIALLY {'DEFERRED' if new.deferred else 'IMMEDIATE'}", around)


def enforce(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    yield _alter(new, "ENFORCED" if new.enforced else "NOT ENFORCED", around)


def hand_down(old: TableConstraint, new: TableConstraint, around: Context) -> Steps:
    yield _alter(new, "NO INHERIT" if new.no_inherit else "INHERIT", around)


def _alter(constraint: TableConstraint, action: str, around: Context) -> Step:
    table = constraint.names[:-1]
    return Step(
        sql=f"ALTER TABLE {path(table)} ALTER CONSTRAINT {name(constraint.names[-1])} {action}",
        stage=Stage.CONSTRAINTS,
        alters=frozenset({constraint.ref}),
        locks=locked(table, around),
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
        f"{literal(constraint.names[-1]).strip()} AND t.tgrelid = {literal(table)}::regclass\n"
        f"  LOOP EXECUTE format('ALTER TABLE %s {verb} TRIGGER %I', found.relation, found.name); END LOOP;\n"
        "END $do$"
    )


def _is_foreign_key(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return old.type == new.type == "foreign key"


def _is_validation(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return new.validated


def _is_enforcement(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return _is_foreign_key(old, new, around)


def _hands_down(old: TableConstraint, new: TableConstraint, around: Context) -> bool:
    return new.type == "not null"


def index_above(index: Index, around: Context) -> Ref | None:
    """The index of which this one is and remains a part: PostgreSQL drops it only with that."""
    if index.part_of is None or not around.stays(Ref("index", index.part_of)):
        return None
    here, there = (catalog.get(Ref("table", index.table)) for catalog in (around.current, around.desired))
    same = isinstance(here, Table) and isinstance(there, Table) and here.parents == there.parents
    return Ref("index", index.part_of) if same else None


def _whole(constraint: TableConstraint, around: Context) -> Ref:
    index = around.current.get(Ref("index", (constraint.names[0], constraint.names[-1])))
    above = index_above(index, around) if isinstance(index, Index) and index.constraint else None
    return above or constraint.ref


def _displaces(constraint: TableConstraint, around: Context) -> Iterator[Ref]:
    """A partitioned table cannot make a constraint of an index that is there."""
    if (
        _only(constraint, around)
        and (index := index_of(constraint, around)) is not None
        and index.ref in around.current
    ):
        yield index.ref


def _ready_index(constraint: TableConstraint, around: Context) -> Index | None:
    """An index that is there already and becomes the constraint's."""
    index = index_of(constraint, around)
    if index is None or index.ref in around.goes or constraint.type == "exclusion":
        return None
    there = around.current.get(index.ref)
    return there if isinstance(there, Index) and not there.constraint else None


CONSTRAINT: Rule[TableConstraint] = Rule(
    add_constraint,
    drop_constraint,
    {
        **dict.fromkeys(
            (
                "type",
                "columns",
                "delete_columns",
                "include",
                "references",
                "referenced_columns",
                "on_update",
                "on_delete",
                "match",
                "expression",
                "nulls_not_distinct",
                "temporal",
            ),
            REBUILD,
        ),
        "deferrable": Alteration(defer, possible=_is_foreign_key),
        "deferred": Alteration(defer, possible=_is_foreign_key),
        "validated": Alteration(validate, possible=_is_validation),
        "enforced": Alteration(enforce, possible=_is_enforcement),
        "no_inherit": Alteration(hand_down, possible=_hands_down),
        "inherited": Alteration(nothing),
        "triggers": Alteration(switch_triggers),
    },
    whole=_whole,
    displaces=_displaces,
)

RULES: Mapping[str, Rule[Any]] = {"table constraint": CONSTRAINT}
