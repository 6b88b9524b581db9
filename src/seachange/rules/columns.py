"""Columns, and their defaults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, DefaultValue, Sequence, TableConstraint
from seachange.catalog.ref import Ref
from seachange.rules.rule import Alteration, Context, Rule, Steps, everybody, of
from seachange.rules.sequences import sequence_options
from seachange.sql.quote import literal, name, path
from seachange.step import Held, Lock, Risk, Stage, Step

IDENTITY = {"always": "ALWAYS", "by default": "BY DEFAULT"}
INNATE_STORAGE = {"numeric": "MAIN", "inet": "MAIN", "cidr": "MAIN"}
"""Storage of types whose values can be stored otherwise; of all others it is EXTENDED."""
ASSIGNABLE = (
    {"smallint", "integer", "bigint", "real", "double precision", "numeric"},
    {"text", "character varying", "character", "name"},
    {"date", "timestamp without time zone", "timestamp with time zone"},
    {"time without time zone", "time with time zone", "interval"},
)
"""Types of one set are converted into each other unasked."""
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
        if (ref := Ref(column.ref.kind, (*heir, column.names[-1]))) in around.comes:
            makes |= {ref, *made_with(around.desired.facts[ref], around)}
    yield Step(
        sql=f"ALTER TABLE {path(table)} ADD COLUMN {column_clause(column, around)}",
        stage=Stage.COLUMNS,
        makes=frozenset(makes),
        locks=locked(table, around),
        risks=frozenset({Risk.REWRITES}) if column.identity or column.generated == "stored" else frozenset(),
    )
    yield from traits(column, around)


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
    for heir in around.heirs(table):
        if (ref := Ref(column.ref.kind, (*heir, column.names[-1]))) in around.goes:
            takes.add(ref)
    yield Step(
        sql=f"ALTER TABLE {path(table)} DROP COLUMN {name(column.names[-1])}",
        stage=Stage.REMOVE,
        takes=frozenset(takes),
        locks=locked(table, around),
        risks=_risks_of_loss(column, takes, around),
    )


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
        yield f"GENERATED {IDENTITY[column.identity]} AS IDENTITY{_identity_options(column, around)}"
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


def _identity_options(column: Column, around: Context) -> str:
    sequence = identity_of(column, around)
    if sequence is None:
        return ""
    return f" (SEQUENCE NAME {path(sequence.names)}{sequence_options(sequence, typed=False)})"


def inline_default(column: Column, around: Context) -> DefaultValue | None:
    """The default, where it needs nothing that may have to come later.  What generates a column cannot come later."""
    default = around.desired.facts.get(Ref("default value", column.names))
    if not isinstance(default, DefaultValue):
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
            yield from TRAITS[field](born, column, around)


def _alter(column: Column, action: str, around: Context, *risks: Risk, only: bool = True, **more: Any) -> Step:
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


def _follows_parent(old: Column, new: Column, around: Context, *fields: str) -> bool:
    """Whether the same change is made to a parent, which makes it here too."""
    for parent in parents_of(new.names[:-1], around):
        before, after = (catalog.get(column_of(parent, new)) for catalog in (around.current, around.desired))
        if isinstance(before, Column) and isinstance(after, Column) and column_of(parent, new) not in around.goes:
            now = [(getattr(new, f), getattr(old, f)) for f in fields]
            if now == [(getattr(after, f), getattr(before, f)) for f in fields]:
                return True
    return False


def retype(old: Column, new: Column, around: Context) -> Steps:
    """The values are converted by the cast that there is, or by the expression that somebody gave."""
    if is_typed(new.names[:-1], around) or _follows_parent(old, new, around, "type", "collation"):
        return

    using = _using(old, new, around)
    heirs = frozenset(Ref(new.ref.kind, (*heir, new.names[-1])) for heir in around.heirs(new.names[:-1]))
    yield _alter(
        new,
        f"TYPE {new.type}{_collate(new)}{f' USING {using}' if using else ''}",
        around,
        Risk.REWRITES,
        only=False,
        alters=heirs,
        rewrites=frozenset({new.names[:-1]}),
    )
    yield from _stored_again(new, around)


def _stored_again(column: Column, around: Context) -> Steps:
    """Another type forgets how the values of the old one were stored."""
    for field in ("storage", "compression"):
        if getattr(column, field) is not None:
            yield from TRAITS[field](column, column, around)


def _collate(column: Column) -> str:
    return f" COLLATE {column.collation}" if column.collation else ""


def _using(old: Column, new: Column, around: Context) -> str:
    if given := around.wishes.usings.get(new.ref):
        return given
    if new.generated:
        return ""
    if _is_enum(old, around.current) and _is_enum(new, around.desired):
        return by_text(new)
    here, there = (_base(column.type) for column in (old, new))
    if here == there or any(here in types and there in types for types in ASSIGNABLE):
        return ""
    if there in ("text", "character varying") and "[]" not in old.type:
        return ""
    return f"{name(new.names[-1])}::{new.type}" if _is_cast(here, there, around) else by_text(new)


def _is_cast(here: str, there: str, around: Context) -> bool:
    """Whether there may be a cast: between two types that people made there is none unasked."""
    return "." not in here or "." not in there or Ref("cast", (here,), (there,)) in around.desired


def _is_enum(column: Column, catalog: Catalog) -> bool:
    return any(used.kind == "enum" for used in catalog.uses(column.ref))


def by_text(column: Column) -> str:
    """The value of the new type that is written as the old one is."""
    return f"{name(column.names[-1])}::{'text[]' if column.type.endswith('[]') else 'text'}::{column.type}"


def _base(type: str) -> str:
    """A type without its modifiers."""
    before, _, after = type.partition("(")
    return before + after.partition(")")[2] if after else type


def carry_column(old: Column, new: Column, around: Context) -> Steps:
    """The type is another of the same name now: its values are taken over by their text."""
    if any(column_of(parent, new) in around.current for parent in parents_of(new.names[:-1], around)):
        return
    using = around.wishes.usings.get(new.ref) or by_text(new)
    heirs = frozenset(Ref(new.ref.kind, (*heir, new.names[-1])) for heir in around.heirs(new.names[:-1]))
    yield _alter(
        new,
        f"TYPE {new.type}{_collate(new)} USING {using}",
        around,
        Risk.REWRITES,
        only=False,
        alters=heirs,
        rewrites=frozenset({new.names[:-1]}),
    )
    yield from _stored_again(new, around)


def require(old: Column, new: Column, around: Context) -> Steps:
    """What inherits from the table follows."""
    if _follows_parent(old, new, around, "not_null"):
        return
    if new.not_null:
        if inline_not_null(new, around) is None and not _is_required_later(new, around):
            yield _alter(
                new,
                "SET NOT NULL",
                around,
                Risk.SCANS,
                Risk.REFUSES_ROWS,
                only=False,
                stage=Stage.CONSTRAINTS,
                scans=frozenset({new.names[:-1]}),
            )
    elif not _was_named(old, around):
        yield _alter(new, "DROP NOT NULL", around, only=False)


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
            yield _alter(
                new,
                f"ADD GENERATED {IDENTITY[kind]} AS IDENTITY{_identity_options(new, around)}",
                around,
                makes=frozenset({sequence.ref} if sequence else ()),
                follows=frozenset({Ref("default value", new.names)}),
                stage=Stage.CONSTRAINTS,
            )
        case str(), None:
            taken = (
                ref for ref in around.current.users(old.ref) if getattr(around.current.get(ref), "identity", False)
            )
            yield _alter(new, "DROP IDENTITY", around, takes=frozenset(taken) & around.goes)
        case _, str(kind):
            yield _alter(new, f"SET GENERATED {IDENTITY[kind]}", around)


def degenerate(old: Column, new: Column, around: Context) -> Steps:
    """A stored generated column becomes a plain one, with the values that it has."""
    yield _alter(
        new, "DROP EXPRESSION", around, only=False, takes=frozenset({Ref("default value", old.names)}) & around.goes
    )


def restore_storage(old: Column, new: Column, around: Context) -> Steps:
    innate = INNATE_STORAGE.get(_base(new.type), "EXTENDED")
    yield _alter(new, f"SET STORAGE {(new.storage or innate).upper()}", around)


def recompress(old: Column, new: Column, around: Context) -> Steps:
    yield _alter(new, f"SET COMPRESSION {new.compression or 'default'}", around)


def recount(old: Column, new: Column, around: Context) -> Steps:
    target = -1 if new.statistics is None else new.statistics
    yield _alter(new, f"SET STATISTICS {target}", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)


def reset_options(old: Column, new: Column, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    if here:
        yield _alter(new, f"SET ({', '.join(here)})", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    if gone:
        yield _alter(new, f"RESET ({', '.join(gone)})", around, lock=Lock.SHARE_UPDATE_EXCLUSIVE)


def reset_foreign_options(old: Column, new: Column, around: Context) -> Steps:
    yield _alter(new, f"OPTIONS ({altered_options(old.foreign_options, new.foreign_options)})", around)


def changed_options(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names of storage parameters that are gone, and those that are new or different as `name=value`."""
    before, after = (dict(option.split("=", 1) for option in options) for options in (old, new))
    gone = sorted(before.keys() - after.keys())
    return gone, [f"{key}={literal(after[key]).strip()}" for key in sorted(after) if before.get(key) != after[key]]


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


def set_default(default: DefaultValue, around: Context) -> Steps:
    """Most defaults come with their column."""
    column = _column(default, around.desired)
    if column.ref in around.comes and inline_default(column, around) is not None and not column.inherited:
        return
    if column.generated:
        return
    yield _set(column, f"SET DEFAULT {default.expression}", around, makes=frozenset({default.ref}))


def drop_default(default: DefaultValue, around: Context) -> Steps:
    column = _column(default, around.current)
    if column.generated and column.ref not in around.goes:
        return
    yield _set(column, "DROP DEFAULT", around, takes=frozenset({default.ref}))


def _set(column: Column, action: str, around: Context, **more: Any) -> Step:
    table = column.names[:-1]
    only = "ONLY " if column.ref.kind == "table column" else ""
    return Step(
        sql=f"ALTER TABLE {only}{path(table)} ALTER COLUMN {name(column.names[-1])} {action}",
        stage=Stage.COLUMNS,
        locks=locked(table, around),
        **more,
    )


def change_default(old: DefaultValue, new: DefaultValue, around: Context) -> Steps:
    column = _column(new, around.desired)
    action = f"SET EXPRESSION AS ({new.expression})" if column.generated else f"SET DEFAULT {new.expression}"
    yield _set(column, action, around, alters=frozenset({new.ref}))


def _can_change_default(old: DefaultValue, new: DefaultValue, around: Context) -> bool:
    here, there = _column(old, around.current), _column(new, around.desired)
    if here.generated != there.generated:
        return False
    return not there.generated or (around.has(17) and there.generated == "stored")


def _generated_column(default: DefaultValue, around: Context) -> Ref:
    """What generates a column goes only with the column, unless that becomes a plain one."""
    column = _column(default, around.current)
    kept = around.desired.get(column.ref)
    becomes_plain = column.generated == "stored" and isinstance(kept, Column) and not kept.generated
    return column.ref if column.generated and not becomes_plain else default.ref


def _column(default: DefaultValue, catalog: Any) -> Column:
    for kind in ("table column", "foreign table column", "view column"):
        column = catalog.get(Ref(kind, default.names))
        if isinstance(column, Column):
            return column
    raise LookupError(str(default.ref))


def _can_degenerate(old: Column, new: Column, around: Context) -> bool:
    return old.generated == "stored" and new.generated is None


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


def _stands_in_the_way_of_retype(user: Fact) -> bool:
    return DISTURBED_BY_TYPE(user) or (isinstance(user, TableConstraint) and user.type == "foreign key")


def _table_by_key(column: Column, around: Context) -> Ref:
    """A column by which a table is partitioned can neither change nor go without the table."""
    table = Ref("table", column.names[:-1])
    return table if table in around.current.uses(column.ref) else column.ref


def _can_retype(old: Column, new: Column, around: Context) -> bool:
    return _table_by_key(old, around) == old.ref


TRAITS: Mapping[str, Any] = {
    "storage": restore_storage,
    "compression": recompress,
    "statistics": recount,
    "options": reset_options,
}
COLUMN: Rule[Column] = Rule(
    add_column,
    drop_column,
    {
        "type": Alteration(retype, _stands_in_the_way_of_retype, everybody, _can_retype),
        "collation": Alteration(retype, _stands_in_the_way_of_retype, everybody, _can_retype),
        "not_null": Alteration(require, awaits=everybody),
        "identity": Alteration(reidentify, awaits=of("default value")),
        "generated": Alteration(degenerate, possible=_can_degenerate),
        "storage": Alteration(restore_storage),
        "compression": Alteration(recompress),
        "statistics": Alteration(recount),
        "options": Alteration(reset_options),
        "foreign_options": Alteration(reset_foreign_options),
        "inherited": Alteration(nothing),
    },
    holds=frozenset({"default value"}),
    carry=carry_column,
    whole=_table_by_key,
)
DEFAULT_VALUE: Rule[DefaultValue] = Rule(
    set_default,
    drop_default,
    {"expression": Alteration(change_default, possible=_can_change_default)},
    whole=_generated_column,
)

RULES: Mapping[str, Rule[Any]] = {
    "table column": COLUMN,
    "foreign table column": COLUMN,
    "default value": DEFAULT_VALUE,
}
