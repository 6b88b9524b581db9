"""Base types and shells.  A base type and the functions that read and write it need each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts import Fact
from seachange.catalog.facts.types import BaseType
from seachange.catalog.ref import Ref
from seachange.rules.plainly import altered, aside_by, aside_name, dropped_aside, made, taken
from seachange.rules.rule import Alteration, Context, Rule, Steps, shell_of
from seachange.sql.quote import literal, name, path
from seachange.step import Stage, Step

FUNCTIONS = {
    "input": "INPUT",
    "output": "OUTPUT",
    "receive": "RECEIVE",
    "send": "SEND",
    "typmod_in": "TYPMOD_IN",
    "typmod_out": "TYPMOD_OUT",
    "analyze": "ANALYZE",
    "subscript": "SUBSCRIPT",
}
"""Fields that name functions, as CREATE TYPE calls them."""
SETTABLE = ("receive", "send", "typmod_in", "typmod_out", "analyze", "subscript")
FIXED = (
    "input",
    "output",
    "length",
    "by_value",
    "alignment",
    "category",
    "preferred",
    "default",
    "element",
    "delimiter",
    "collatable",
)


def create_base_type(base: BaseType, around: Context) -> Steps:
    """First as a shell, which is all that its functions need."""
    if base.defined:
        yield shell(base)
        yield made(
            base, _definition(base), Stage.TYPES, follows=frozenset({shell_of(base.ref)}), undone=_undone(base, True)
        )
    else:
        yield made(base, f"CREATE TYPE {path(base.names)}", Stage.TYPES)


def shell(type: Fact) -> Step:
    """The step that makes what stands for the type until it is defined."""
    return Step(
        sql=f"CREATE TYPE {path(type.names)}",
        stage=Stage.TYPES,
        makes=frozenset({shell_of(type.ref)}),
        follows=frozenset({Ref("schema", type.names[:1])}),
        undone=_undone(type, False),
    )


def _undone(type: Fact, defined: bool) -> str:
    return (
        f"NOT EXISTS (SELECT FROM pg_catalog.pg_type WHERE typname = {literal(type.names[-1])} "
        f"AND typnamespace = pg_catalog.to_regnamespace({literal(name(type.names[0]))})"
        f"{' AND typisdefined' if defined else ''})"
    )


def _definition(base: BaseType) -> str:
    return f"CREATE TYPE {path(base.names)} (\n  " + ",\n  ".join(_said(base)) + "\n)"


def _said(base: BaseType) -> Iterator[str]:
    for field, keyword in FUNCTIONS.items():
        if (function := getattr(base, field)) is not None:
            yield f"{keyword} = {function}"
    yield f"INTERNALLENGTH = {'VARIABLE' if base.length == -1 else base.length}"
    if base.by_value:
        yield "PASSEDBYVALUE"
    yield f"ALIGNMENT = {base.alignment}"
    yield f"STORAGE = {base.storage}"
    yield f"CATEGORY = {literal(base.category)}"
    yield f"PREFERRED = {str(base.preferred).lower()}"
    if base.default is not None:
        yield f"DEFAULT = {literal(base.default)}"
    if base.element is not None:
        yield f"ELEMENT = {base.element}"
    yield f"DELIMITER = {literal(base.delimiter)}"
    yield f"COLLATABLE = {str(base.collatable).lower()}"


def define(old: BaseType, new: BaseType, around: Context) -> Steps:
    """A shell is filled; of a type, some functions and the storage can be set."""
    if not old.defined:
        yield altered(new, _definition(new), Stage.TYPES, undone=_undone(new, True))
        return
    said = [
        f"{FUNCTIONS[field]} = {getattr(new, field) or 'NONE'}"
        for field in SETTABLE
        if getattr(old, field) != getattr(new, field)
    ]
    if old.storage != new.storage:
        said.append(f"STORAGE = {new.storage}")
    yield altered(new, f"ALTER TYPE {path(new.names)} SET ({', '.join(said)})", Stage.TYPES)


def _is_filled(old: BaseType, new: BaseType, around: Context) -> bool:
    return not old.defined


def _can_set(old: BaseType, new: BaseType, around: Context) -> bool:
    return not old.defined or new.defined


def _can_store(old: BaseType, new: BaseType, around: Context) -> bool:
    """PostgreSQL lets a type be stored in more ways than before, and never in fewer."""
    return not old.defined or (new.defined and new.storage != "plain" and old.storage != "plain")


def mutual_functions(type: Fact, around: Context) -> list[Ref]:
    """The functions that the type needs and that need it: they go along with it."""
    used = around.current.uses(type.ref)
    return sorted(ref for ref in used if ref.kind == "function" and type.ref in around.current.uses(ref))


def drop_with_its_functions(type: Fact, around: Context) -> Steps:
    cascade = " CASCADE" if mutual_functions(type, around) else ""
    yield taken(type, f"DROP TYPE {path(type.names)}{cascade}")


def name_its_functions(type: Fact, called: str, around: Context) -> str:
    """Its functions by another name, as lines of a DO block."""
    functions = (f"{path(ref.names)}({', '.join(ref.args)})" for ref in mutual_functions(type, around))
    return "".join(
        f"  ALTER FUNCTION {function} RENAME TO {name(f'{called}_{i}')};\n" for i, function in enumerate(functions)
    )


def put_base_type_aside(base: BaseType, around: Context) -> Steps:
    called = aside_name(base, around)
    yield aside_by(
        base,
        f"DO $do$\nBEGIN\n{name_its_functions(base, called[-1], around)}"
        f"  ALTER TYPE {path(base.names)} RENAME TO {name(called[-1])};\nEND $do$",
        around,
    )
    yield dropped_aside(base, f"DROP TYPE {path(called)} CASCADE", around)


BASE_TYPE: Rule[BaseType] = Rule(
    create_base_type,
    drop_with_its_functions,
    {
        **dict.fromkeys(("defined", *FIXED), Alteration(define, possible=_is_filled)),
        **dict.fromkeys(SETTABLE, Alteration(define, possible=_can_set)),
        "storage": Alteration(define, possible=_can_store),
    },
    space="relation",
    aside=put_base_type_aside,
    shell=True,
)

RULES: Mapping[str, Rule[Any]] = {"base type": BASE_TYPE}
