"""Which part of a database is meant: patterns that include and exclude, and what a platform keeps for itself.

A pattern is a path whose parts may hold `*`, `?` and `[…]`, before it perhaps a kind: `audit`, `public.tmp_*`,
`index:public.ix_*`, `grant:*`.  It means the objects it names with all that is in them, hangs on them or is said of
them.  A part with a dot in it is written in double quotes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.errors import NotUnderstood

HOLDERS = (
    *("schema", "table", "foreign table", "view", "materialized view"),
    *("composite type", "domain", "text search configuration"),
)
"""What other facts lie within, by their names."""

LEDGER, QUARANTINE = "seachange", "seachange_quarantine"
OURS = frozenset({LEDGER, QUARANTINE})
"""Schemas that seachange keeps for itself: its ledger, and what plans put away.  They are part of no state."""


class Pattern(msgspec.Struct, frozen=True):
    """One pattern, taken apart."""

    text: str
    kind: str | None
    parts: Path


class Scope(msgspec.Struct, frozen=True):
    """What is meant: all that `include` names (everything, where it is empty) but what `exclude` names."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()


def pattern(text: str) -> Pattern:
    """A pattern as people write it.  Raises NotUnderstood where it names no kind we know, or nothing at all."""
    before, colon, after = text.partition(":")
    kind = before.strip() if colon and '"' not in before else None
    if kind is not None and kind not in KINDS:
        kinds = ", ".join(sorted(KINDS))
        raise NotUnderstood(f"the pattern {text!r} names no kind of object: {kind!r}", hint=f"The kinds are: {kinds}.")
    path = next(csv.reader([after if kind else text], delimiter="."), [])
    if not all(path) or not path:
        raise NotUnderstood(f"the pattern {text!r} has an empty part", hint="Write it as schema.table, for example.")
    return Pattern(text, kind, tuple(path))


def covers(one: Pattern, names: Path) -> bool:
    """Whether a pattern means what is found at a path, whatever kind it is of."""
    return _under(one.parts, names)


def scoped(catalog: Catalog, scope: Scope) -> Catalog:
    """The part of a catalog that is meant.  Its edges still tell of what lies outside."""
    if not scope.include and not scope.exclude:
        return catalog
    meant = set(_named(catalog, scope.include)) if scope.include else set(catalog.facts.values())
    facts = meant.difference(_named(catalog, scope.exclude))
    return Catalog(
        {ref: fact for ref, fact in catalog.facts.items() if fact in facts},
        catalog.links,
        catalog.origin,
    )


def is_ours(fact: Fact) -> bool:
    """Whether the fact is one of seachange's own schemas, lies in one, or is said of either."""
    if not fact.names or fact.names[0] not in OURS:
        return False
    kind = fact.args[0] if fact.told else fact.ref.kind
    return not KINDS[kind].schemaless


def unmatched(scope: Scope, catalogs: Iterable[Catalog]) -> tuple[str, ...]:
    """The patterns that name nothing in any of the catalogs."""
    catalogs = tuple(catalogs)
    return tuple(
        one.text
        for one in (*scope.include, *scope.exclude)
        if not any(True for catalog in catalogs for _ in _named(catalog, (one,)))
    )


def _named(catalog: Catalog, patterns: tuple[Pattern, ...]) -> Iterator[Fact]:
    """The facts that one of the patterns means."""
    by_kind = [one for one in patterns if one.kind]
    owners = {(one.kind, fact.names) for one in by_kind for fact in catalog.facts.values() if _is(one, fact)}
    paths = [one.parts for one in patterns if not one.kind]
    for fact in catalog.facts.values():
        if any(_under(path, anchor) for path in paths for anchor in _anchors(fact)) or _belongs(fact, owners):
            yield fact


def _is(one: Pattern, fact: Fact) -> bool:
    ref = fact.ref
    return ref.kind == one.kind and (
        one.parts == ("*",) or (len(one.parts) == len(ref.names) and _under(one.parts, ref.names))
    )


def _under(parts: Path, names: Path) -> bool:
    return len(parts) <= len(names) and all(map(fnmatchcase, names, parts))


def _belongs(fact: Fact, owners: set[tuple[str | None, Path]]) -> bool:
    """Whether the fact is one of the owners, is said of one, or lies within one that can hold something."""
    if not owners:
        return False
    ref = fact.ref
    kind = ref.args[0] if fact.told else ref.kind
    if (ref.kind, ref.names) in owners or (kind, ref.names) in owners:
        return True
    prefixes = {anchor[:n] for anchor in _anchors(fact) for n in range(1, len(anchor) + (anchor != ref.names))}
    return any((holder, prefix) in owners for prefix in prefixes for holder in HOLDERS)


def _anchors(fact: Fact) -> Iterator[Path]:
    """The paths under which a fact is found: its own, and those of the relation it hangs on."""
    yield fact.names
    for field in ("table", "owned_by"):
        if anchor := getattr(fact, field, None):
            yield anchor
