"""A state as it reads after renames: how PostgreSQL then writes views and expressions, only PostgreSQL can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import psycopg
from msgspec import structs

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.facts.outside import Extension
from seachange.catalog.facts.told import Owner
from seachange.catalog.ref import Ref
from seachange.errors import NotPlanned
from seachange.planner import Renamed, Wishes, plan
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract
from seachange.postgres.load import load
from seachange.postgres.making import LOCAL, place
from seachange.rules.renaming import rename
from seachange.sql.script import take_apart
from seachange.step import Step

PLAIN = Wishes(online=False)


def renamed(current: Catalog, pairs: Iterable[tuple[Ref, Ref]], where: str = LOCAL) -> Renamed:
    """`current` after the renames, and the steps that do them.

    A database is made of `current` in a scratch place, the renames are done there, and it is read again.  Raises
    NotPlanned where PostgreSQL refuses one of them.
    """
    steps = tuple(step for old, new in _in_turn(pairs) for step in rename(old, new.names))
    if not steps:
        return Renamed(current)
    extensions = frozenset(fact.names[0] for fact in current.of(Extension))
    with place(where, current.origin.version, extensions) as scratch, scratch.empty() as conninfo:
        with connected(conninfo) as connection:
            empty = extract(connection)
        script = ";\n".join(step.sql for step in plan(empty, _as_made(current), PLAIN).steps)
        load(conninfo, (take_apart(script.encode(), "the current state"),), own_server=scratch.own)
        with connected(conninfo) as connection:
            before = extract(connection)
        _run(conninfo, steps)
        with connected(conninfo) as connection:
            after = extract(connection)
            role = connection.info.user
    return Renamed(_with(current, before, after, role), steps)


def _as_made(current: Catalog) -> Catalog:
    """What it does not speak of is left as the scratch place has it."""
    return Catalog(current.facts, current.links, structs.replace(current.origin, made=True))


def _in_turn(pairs: Iterable[tuple[Ref, Ref]]) -> Iterator[tuple[Ref, Ref]]:
    """What holds others first; these are then found under its new name."""
    moved: dict[Path, Path] = {}
    for old, new in sorted(pairs, key=lambda pair: len(pair[0].names)):
        whole = moved.get(old.names[:-1], old.names[:-1])
        moved[old.names] = new.names
        yield structs.replace(old, names=(*whole, old.names[-1])), new


def _run(conninfo: str, steps: Iterable[Step]) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        for step in steps:
            try:
                session.execute(step.sql.encode())
            except psycopg.Error as error:
                said = error.diag.message_primary or error
                raise NotPlanned(
                    f"PostgreSQL refuses a rename: {step.sql}: {said} (SQLSTATE {error.sqlstate})",
                    hint="Nothing was changed.  Name what has this name in the current state, and a name that is free.",
                ) from error


def _with(current: Catalog, before: Catalog, after: Catalog, role: str) -> Catalog:
    """The current state, with all that the renames changed as they changed it."""
    facts = {ref: fact for ref, fact in current.facts.items() if ref not in before.facts or ref in after.facts}
    for ref, fact in after.facts.items():
        if before.facts.get(ref) != fact and not _is_the_scratch_place_s(fact, role, current):
            facts[ref] = fact
    return Catalog(facts, after.links, structs.replace(current.origin, findings=()))


def _is_the_scratch_place_s(fact: Fact, role: str, current: Catalog) -> bool:
    return KINDS[fact.ref.kind].cluster or (isinstance(fact, Owner) and fact.role == role and current.origin.made)
