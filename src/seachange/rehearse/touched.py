"""The tables whose rows a plan may have to do with.

Rows of others need not be on the copy to know what becomes of them: that no step locks them is measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Statistics, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.plan import Plan
from seachange.rehearse.rehearsal import Passage
from seachange.step import Lock, Step

WIDE = frozenset({"schema", "extension", "role", "database"})
"""Kinds that much else uses and whose change does nothing to rows."""


def touched(plans: Iterable[Plan], catalog: Catalog) -> frozenset[Path] | None:
    """The tables that the steps of `plans` name, what uses them, their partitions, and those they refer to.

    None where some step does not say what it is about: then it may be any table.
    """
    steps = [step for plan in plans for step in plan.steps]
    if any(not _tells(step) for step in steps):
        return None
    relations = {
        path for step in steps for path in (*step.rewrites, *step.scans, *(held.relation for held in step.locks))
    }
    for ref in _with_users({ref for step in steps for ref in _refs(step)}, catalog):
        relations |= {ref.names[:2], *_on(ref, catalog)}
    tables = {names for names in relations if Ref("table", names) in catalog}
    tables |= set(_relatives(tables, catalog))
    return frozenset(tables | set(_referred(tables, catalog)))


def _tells(step: Step) -> bool:
    return bool(step.subject or step.makes or step.takes or step.alters or step.locks)


def _refs(step: Step) -> Iterator[Ref]:
    yield from (*step.makes, *step.takes, *step.alters)
    if step.subject:
        yield step.subject


def _with_users(refs: set[Ref], catalog: Catalog) -> set[Ref]:
    """The objects that exist, with all that uses them, near and far."""
    found: set[Ref] = set()
    waiting = list(refs)
    while waiting:
        ref = waiting.pop()
        if ref not in found:
            found.add(ref)
            waiting.extend(() if ref.kind in WIDE else catalog.users(ref))
    return found


def _on(ref: Ref, catalog: Catalog) -> Iterator[Path]:
    fact = catalog.get(ref)
    if isinstance(fact, Index | Statistics):
        yield fact.table


def _relatives(tables: Iterable[Path], catalog: Catalog) -> Iterator[Path]:
    """All that inherits from the tables, or that they inherit from."""
    parents = {table.names: table.parents for table in catalog.of(Table) if table.parents}
    children: dict[Path, list[Path]] = {}
    for child, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(child)
    seen: set[Path] = set()
    waiting = [names for names in tables if names in parents or names in children]
    while waiting:
        names = waiting.pop()
        if names not in seen:
            seen.add(names)
            waiting.extend((*parents.get(names, ()), *children.get(names, ())))
    yield from seen


def _referred(tables: Iterable[Path], catalog: Catalog) -> Iterator[Path]:
    """The tables that rows of these refer to."""
    for names in tables:
        for constraint in catalog.parts(names, TableConstraint):
            if constraint.references:
                yield constraint.references
                yield from _relatives((constraint.references,), catalog)


def strays(passages: Iterable[Passage | None], tables: frozenset[Path] | None, catalog: Catalog) -> frozenset[Path]:
    """Tables beyond `tables` that a step has locked in a way that rows can be changed in."""
    if tables is None:
        return frozenset()
    held = (held for one in passages if one for step in one.steps for held in step.measured.locks)
    locked = {one.relation for one in held if one.lock >= Lock.ROW_EXCLUSIVE}
    return frozenset(names for names in locked - tables if Ref("table", names) in catalog)
