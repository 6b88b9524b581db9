"""Columns: how they are written, added, dropped and changed, but for their types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, DefaultValue, Sequence, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.not_null import required
from seachange.rules.rule import Context, Steps, of
from seachange.rules.sequences import sequence_options
from seachange.sql.quote import literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step

IDENTITY = {"always": "ALWAYS", "by default": "BY DEFAULT"}
INNATE_STORAGE = {"numeric": "MAIN", "inet": "MAIN", "cidr": "MAIN"}
"""Storage of types whose values can be stored otherwise; of all others it is EXTENDED."""
HARMLESS = frozenset({"table column", "foreign table column", "table", "foreign table", "sequence", "schema", "enum"})
"""What the expression of a column may use and still be written where the column is made."""


def add_column(column: Column, around: Context) -> Steps:
    """A column of a table that is there; a new table comes with its columns.  What inherits from it gets it too."""
    table = column.names[:-1]
    if is_typed(table, around) or any(Ref(kind, table) in around.comes for kind in ("table", "foreign table")):
        return
    if any(column_of(parent, column) in around.comes for parent in parents_of(table, around)):
        return
    makes = {column.ref, *made_with(column, around)}
    for heir in around.heirs(table, around.desired):
        ref = Ref(column.ref.kind, (*heir, column.names[-1]))
        if ref in around.comes and not {Ref("table", heir), Ref("foreign table", heir)} & around.comes:
            makes |= {ref, *made_with(around.desired.facts[ref], around)}
    yield Step(
        sql=f"ALTER TABLE {path(table)} ADD COLUMN {column_clause(column, around)}",
        stage=Stage.COLUMNS,
        makes=frozenset(makes),
        follows=frozenset(_parting_heirs(table, around)),
        locks=locked(table, around),
    )
    yield from traits(column, around)


def _parting_heirs(table: Path, around: Context) -> Iterator[Ref]:
    """The tables that are below this one no longer, and must not get what it gets."""
    after = set(around.heirs(table, around.desired))
    heirs = (Ref("table", heir) for heir in around.heirs(table) if heir not in after)
    return (heir for heir in heirs if around.stays(heir))


def made_with(column: Fact, around: Context) -> Iterator[Ref]:
    """What comes with the column's own clause: its default, its identity's sequence, its named NOT NULL."""
    assert isinstance(column, Column)
    if column.inherited:
        return
    if (default := inline_default(column, around)) is not None:
        yield default.ref
    if (sequence := identity_of(column, around)) is not None:
        yield sequence.ref
    if (constraint := inline_not_null(column, around)) is not None:
        yield constraint.ref


def drop_column(column: Column, around: Context) -> Steps:
    """What inherits the column loses it too, unless it has it from elsewhere as well."""
    table = column.names[:-1]
    if is_typed(table, around) or any(column_of(parent, column) in around.goes for parent in parents_of(table, around)):
        return
    takes = {column.ref}
    for heir in staying_heirs(table, around):
        if (ref := Ref(column.ref.kind, (*heir, column.names[-1]))) in around.goes:
            takes.add(ref)
    yield Step(
        sql=f"ALTER TABLE {path(table)} DROP COLUMN {name(column.names[-1])}",
        stage=Stage.REMOVE,
        takes=frozenset(takes),
        locks=locked(table, around),
        risks=_risks_of_loss(column, takes, around),
    )


def staying_heirs(table: Path, around: Context) -> Iterator[Path]:
    """The tables below that are there as long as this one is."""
    gone = frozenset(leaving_heirs(table, around))
    return (heir for heir in around.heirs(table) if Ref("table", heir) not in gone)


def leaving_heirs(table: Path, around: Context) -> Iterator[Ref]:
    """The tables below that go for good, where this one stays."""
    if Ref("table", table) not in around.goes:
        heirs = (Ref("table", heir) for heir in around.heirs(table))
        yield from (heir for heir in heirs if heir in around.goes and heir not in around.comes)


def _risks_of_loss(column: Column, takes: Iterable[Ref], around: Context) -> frozenset[Risk]:
    """What is computed when it is read loses nothing; indexes of the column go along."""
    risks = frozenset({Risk.LOSES_DATA}) if column.generated != "virtual" else frozenset()
    users = (user for ref in takes for user in around.current.users(ref))
    return risks | {Risk.DROPS_INDEX} if any(_is_indexed(user, around) for user in users) else risks


def _is_indexed(user: Ref, around: Context) -> bool:
    fact = around.current.get(user)
    return user.kind == "index" or (isinstance(fact, TableConstraint) and fact.type in ("primary key", "unique"))


def column_clause(column: Column, around: Context) -> str:
    """The column as CREATE TABLE and ADD COLUMN have it."""
    return " ".join((name(column.names[-1]), column.type, *_clauses(column, around)))


def _clauses(column: Column, around: Context) -> Iterator[str]:
    if column.foreign_options:
        yield f"OPTIONS ({options_clause(column.foreign_options)})"
    if column.collation:
        yield f"COLLATE {column.collation}"
    yield from value_clauses(column, around)


def value_clauses(column: Column, around: Context) -> Iterator[str]:
    """Default, identity and NOT NULL: what a column of a typed table can have too."""
    default = inline_default(column, around)
    if default is not None and column.generated:
        yield f"GENERATED ALWAYS AS ({default.expression}) {column.generated.upper()}"
    elif default is not None:
        yield f"DEFAULT {default.expression}"
    if column.identity and not _has_identity_from_above(column, around):
        yield f"GENERATED {IDENTITY[column.identity]} AS IDENTITY{identity_options(column, around)}"
    if (constraint := inline_not_null(column, around)) is not None:
        yield f"CONSTRAINT {name(constraint.names[-1])} NOT NULL{' NO INHERIT' if constraint.no_inherit else ''}"
    elif column.not_null and not _is_required_later(column, around):
        yield "NOT NULL"


def _has_identity_from_above(column: Column, around: Context) -> bool:
    """A partition's identity is that of its table, since 17."""
    table = around.desired.get(Ref("table", column.names[:-1]))
    if not around.has(17) or not getattr(table, "bound", None):
        return False
    above = (around.desired.get(column_of(parent, column)) for parent in getattr(table, "parents", ()))
    return any(isinstance(each, Column) and each.identity for each in above)


def identity_of(column: Column, around: Context) -> Sequence | None:
    """The sequence of an identity column."""
    if not column.identity:
        return None
    for user in around.desired.users(column.ref):
        fact = around.desired.facts.get(user)
        if isinstance(fact, Sequence) and fact.identity:
            return fact
    return None


def identity_options(column: Column, around: Context) -> str:
    """The sequence of an identity column as its clause has it."""
    sequence = identity_of(column, around)
    if sequence is None:
        return ""
    return f" (SEQUENCE NAME {path(sequence.names)}{sequence_options(sequence, typed=False)})"


def inline_default(column: Column, around: Context) -> DefaultValue | None:
    """The default, where it needs nothing that may have to come later.  What generates a column cannot come later."""
    default = around.desired.facts.get(Ref("default value", column.names))
    if not isinstance(default, DefaultValue):
        return None
    if around.restored(column.ref) and not column.generated:
        return None
    return default if column.generated or is_simple(default.ref, around) else None


def is_simple(ref: Ref, around: Context) -> bool:
    """Needs nothing but what a table needs anyway."""
    return all(used.kind in HARMLESS or around.stays(used) for used in around.desired.uses(ref))


def _not_null(column: Column, around: Context) -> TableConstraint | None:
    if not around.has(18):
        return None
    for fact in around.desired.parts(column.names[:-1], TableConstraint):
        if fact.type == "not null" and fact.columns == column.names[-1:]:
            return fact
    return None


def inline_not_null(column: Column, around: Context) -> TableConstraint | None:
    """The named NOT NULL that the column's clause makes."""
    constraint = _not_null(column, around)
    return constraint if constraint is not None and constraint.validated and not constraint.inherited else None


def _is_required_later(column: Column, around: Context) -> bool:
    constraint = _not_null(column, around)
    return constraint is not None and not constraint.validated


def traits(column: Column, around: Context) -> Steps:
    """What no clause of a column says: how it is stored and counted."""
    born = type(column)(names=column.names, type=column.type)
    for field in ("storage", "compression", "statistics", "options"):
        if getattr(column, field) != getattr(born, field):
            for step in TRAITS[field](born, column, around):
                yield msgspec.structs.replace(step, follows=frozenset({Ref("default value", column.names)}))


def altered(column: Column, action: str, around: Context, *risks: Risk, only: bool = True, **more: Any) -> Step:
    table = column.names[:-1]
    only = only and column.ref.kind == "table column"
    return Step(
        sql=f"ALTER TABLE {'ONLY ' if only else ''}{path(table)} ALTER COLUMN {name(column.names[-1])} {action}",
        stage=more.pop("stage", Stage.COLUMNS),
        alters=frozenset({column.ref, *more.pop("alters", ())}),
        locks=locked(table, around, more.pop("lock", Lock.ACCESS_EXCLUSIVE)),
        risks=frozenset(risks),
        **more,
    )


def locked(table: Path, around: Context, lock: Lock = Lock.ACCESS_EXCLUSIVE) -> tuple[Held, ...]:
    """The lock, where the table was there before and others may be using it."""
    kinds = ("table", "foreign table", "view", "materialized view")
    return (Held(table, lock),) if any(around.stays(Ref(kind, table)) for kind in kinds) else ()


def parents_of(table: Path, around: Context) -> tuple[Path, ...]:
    """The tables that it inherits from or is a partition of, before and after."""
    found: list[Path] = []
    for catalog in (around.current, around.desired):
        for kind in ("table", "foreign table"):
            found.extend(getattr(catalog.get(Ref(kind, table)), "parents", ()))
    return tuple(dict.fromkeys(found))


def is_typed(table: Path, around: Context) -> bool:
    """Whether its columns follow those of its type."""
    typed = (getattr(catalog.get(Ref("table", table)), "of_type", None) for catalog in (around.current, around.desired))
    return all(typed) and around.stays(Ref("table", table))


def column_of(table: Path, like: Column) -> Ref:
    """The column of the same name in another table."""
    return Ref("table column", (*table, like.names[-1]))


def follows_parent(old: Column, new: Column, around: Context, *fields: str) -> bool:
    """Whether the same change is made to a parent, which makes it here too."""
    for parent in parents_of(new.names[:-1], around):
        before, after = (catalog.get(column_of(parent, new)) for catalog in (around.current, around.desired))
        if isinstance(before, Column) and isinstance(after, Column) and column_of(parent, new) not in around.goes:
            now = [(getattr(new, f), getattr(old, f)) for f in fields]
            if now == [(getattr(after, f), getattr(before, f)) for f in fields]:
                return True
    return False


def require(old: Column, new: Column, around: Context) -> Steps:
    """What inherits from the table follows."""
    if follows_parent(old, new, around, "not_null"):
        return
    if new.not_null:
        if inline_not_null(new, around) is None and not _is_required_later(new, around):
            yield from required(new, around)
    elif not _was_named(old, around):
        yield altered(new, "DROP NOT NULL", around, only=False)


def _was_named(old: Column, around: Context) -> bool:
    """Its NOT NULL has a name, and goes with the constraint of that name."""
    parts = around.current.parts(old.names[:-1], TableConstraint)
    return any(part.type == "not null" and part.columns == old.names[-1:] for part in parts)


def reidentify(old: Column, new: Column, around: Context) -> Steps:
    if _has_identity_from_above(new, around):
        return
    match old.identity, new.identity:
        case None, str(kind):
            sequence = identity_of(new, around)
            yield altered(
                new,
                f"ADD GENERATED {IDENTITY[kind]} AS IDENTITY{identity_options(new, around)}",
                around,
                makes=frozenset({sequence.ref} if sequence else ()),
                follows=frozenset({Ref("default value", new.names)}),
                stage=Stage.CONSTRAINTS,
            )
        case str(), None:
            taken = (
                ref for ref in around.current.users(old.ref) if getattr(around.current.get(ref), "identity", False)
            )
            yield altered(new, "DROP IDENTITY", around, takes=frozenset(taken) & around.goes)
        case _, str(kind):
            yield altered(new, f"SET GENERATED {IDENTITY[kind]}", around)


def degenerate(old: Column, new: Column, around: Context) -> Steps:
    """A stored generated column becomes a plain one, with the values that it has."""
    yield altered(
        new, "DROP EXPRESSION", around, only=False, takes=frozenset({Ref("default value", old.names)}) & around.goes
    )


def base(type: str) -> str:
    """A type without its modifiers."""
    before, _, after = type.partition("(")
    return before + after.partition(")")[2] if after else type


def collate(column: Column) -> str:
    """What the type does not say of the order."""
    return f" COLLATE {column.collation}" if column.collation else ""


def restore_storage(old: Column, new: Column, around: Context) -> Steps:
    innate = INNATE_STORAGE.get(base(new.type), "EXTENDED")
    yield altered(new, f"SET STORAGE {(new.storage or innate).upper()}", around)


def recompress(old: Column, new: Column, around: Context) -> Steps:
    yield altered(new, f"SET COMPRESSION {new.compression or 'default'}", around)


def recount(old: Column, new: Column, around: Context) -> Steps:
    target = -1 if new.statistics is None else new.statistics
    yield altered(new, f"SET STATISTICS {target}", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)


def reset_options(old: Column, new: Column, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    if here:
        yield altered(new, f"SET ({', '.join(here)})", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    if gone:
        yield altered(new, f"RESET ({', '.join(gone)})", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)


def reset_foreign_options(old: Column, new: Column, around: Context) -> Steps:
    yield altered(new, f"OPTIONS ({altered_options(old.foreign_options, new.foreign_options)})", around)


def changed_options(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names of storage parameters that are gone, and those that are new or different as `name=value`."""
    before, after = (dict(option.split("=", 1) for option in options) for options in (old, new))
    gone = sorted(before.keys() - after.keys())
    return gone, [f"{key}={literal(after[key])}" for key in sorted(after) if before.get(key) != after[key]]


def options_clause(options: tuple[str, ...]) -> str:
    """Options of foreign objects as OPTIONS lists them."""
    return ", ".join(f"{name(key)} {literal(value)}" for key, _, value in (option.partition("=") for option in options))


def altered_options(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """What OPTIONS of an ALTER says to turn the one list of options into the other."""
    before, after = (dict(option.split("=", 1) for option in options) for options in (old, new))
    parts = [f"DROP {name(key)}" for key in sorted(before.keys() - after.keys())]
    parts += [f"ADD {name(key)} {literal(after[key])}" for key in sorted(after.keys() - before.keys())]
    both = sorted(before.keys() & after.keys())
    parts += [f"SET {name(key)} {literal(after[key])}" for key in both if before[key] != after[key]]
    return ", ".join(parts)


def nothing(old: Fact, new: Fact, around: Context) -> Steps:
    """Follows from something else that changes."""
    return ()


DISTURBED_BY_TYPE = of(
    "view",
    "materialized view",
    "rule",
    "policy",
    "trigger",
    "function",
    "procedure",
    "default value",
    "publication relation",
)


TRAITS: Mapping[str, Any] = {
    "storage": restore_storage,
    "compression": recompress,
    "statistics": recount,
    "options": reset_options,
}
