"""Enumerated types.  Labels are added in place; where one goes or moves, the type is built anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seachange.catalog.facts.types import Enum
from seachange.catalog.ref import Ref
from seachange.rules.plainly import altered, dropped, made, put_aside
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.sql.quote import literal, path
from seachange.step import Stage, Way


def create_enum(enum: Enum, around: Context) -> Steps:
    labels = ", ".join(literal(label) for label in enum.labels)
    yield made(enum, f"CREATE TYPE {path(enum.names)} AS ENUM ({labels})", Stage.TYPES)


def add_labels(old: Enum, new: Enum, around: Context) -> Steps:
    """One after the other, each beside one that is there by then.

    A label cannot be used before it is committed: in the transaction of something else it would be of no use to that.
    """
    follows: frozenset[Ref] = frozenset()
    for label, place in _added(old.labels, new.labels):
        step = altered(
            new,
            f"ALTER TYPE {path(new.names)} ADD VALUE IF NOT EXISTS {literal(label)}{place}",
            Stage.TYPES,
            makes=frozenset({Ref(new.ref.kind, new.names, (label,))}),
            follows=follows,
            way=Way.GROUPED if new.ref in around.plainly else Way.COMMITTED,
            undone=f"NOT EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = {literal(path(new.names))}::regtype "
            f"AND enumlabel = {literal(label)})",
        )
        follows = step.makes
        yield step


def _added(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The new labels from first to last, each with where it goes."""
    there = set(old)
    for i, label in enumerate(new):
        if label in there:
            continue
        if not there & set(new[i + 1 :]):
            yield label, ""
        elif i:
            yield label, f" AFTER {literal(new[i - 1])}"
        else:
            yield label, f" BEFORE {literal(old[0])}"


def _only_adds(old: Enum, new: Enum, around: Context) -> bool:
    """All labels that were there still are, in the same order."""
    return tuple(label for label in new.labels if label in set(old.labels)) == old.labels


ENUM: Rule[Enum] = Rule(
    create_enum,
    dropped("TYPE"),
    {"labels": Alteration(add_labels, possible=_only_adds)},
    space="relation",
    aside=put_aside("TYPE"),
)

RULES: Mapping[str, Rule[Any]] = {"enum": ENUM}
