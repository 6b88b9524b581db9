"""Range types.  Nothing of them can be altered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seachange.catalog.facts.types import Range
from seachange.rules.bases import drop_with_its_functions, mutual_functions, name_its_functions, shell
from seachange.rules.plainly import aside_by, aside_name, dropped_aside, made
from seachange.rules.rule import REBUILD, Context, Rule, Steps, shell_of
from seachange.sql.quote import literal, name, path, unquoted
from seachange.step import Stage


def create_range(range: Range, around: Context) -> Steps:
    """A function that makes its values canonical takes and gives the type, and is there before it."""
    by_way_of = frozenset({shell_of(range.ref)} if range.canonical else ())
    if range.canonical:
        yield shell(range)
    yield made(
        range, f"CREATE TYPE {path(range.names)} AS RANGE ({', '.join(_said(range))})", Stage.TYPES, follows=by_way_of
    )


def _said(range: Range) -> Iterator[str]:
    yield f"SUBTYPE = {range.subtype}"
    fields = {
        "SUBTYPE_OPCLASS": range.operator_class,
        "COLLATION": range.collation,
        "CANONICAL": range.canonical,
        "SUBTYPE_DIFF": range.difference,
        "MULTIRANGE_TYPE_NAME": range.multirange,
    }
    yield from (f"{key} = {value}" for key, value in fields.items() if value)


def put_range_aside(range: Range, around: Context) -> Steps:
    """With its multirange, and with the functions of both their names: the successor will have such functions too."""
    called = aside_name(range, around)
    yield aside_by(range, _renaming(range, called[-1], around), around)
    cascade = " CASCADE" if mutual_functions(range, around) else ""
    yield dropped_aside(range, f"DROP TYPE {path(called)}{cascade}", around)


def _renaming(range: Range, called: str, around: Context) -> str:
    multirange = (range.names[0], *unquoted(range.multirange or ""))[-2:]
    both = ", ".join(f"{literal(path(names))}::regtype" for names in (range.names, multirange))
    return (
        "DO $do$\nDECLARE made regprocedure;\nBEGIN\n"
        "  FOR made IN SELECT objid FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_proc'::regclass\n"
        f"    AND refclassid = 'pg_catalog.pg_type'::regclass AND refobjid IN ({both}) AND deptype = 'i'\n"
        f"  LOOP EXECUTE format('ALTER FUNCTION %s RENAME TO %I', made, {literal(called)}); END LOOP;\n"
        f"{name_its_functions(range, called, around)}"
        f"  ALTER TYPE {path(multirange)} RENAME TO {name(called + '_multi')};\n"
        f"  ALTER TYPE {path(range.names)} RENAME TO {name(called)};\n"
        "END $do$"
    )


RANGE: Rule[Range] = Rule(
    create_range,
    drop_with_its_functions,
    dict.fromkeys(("subtype", "operator_class", "collation", "canonical", "difference", "multirange"), REBUILD),
    space="relation",
    aside=put_range_aside,
    shell=True,
)

RULES: Mapping[str, Rule[Any]] = {"range": RANGE}
