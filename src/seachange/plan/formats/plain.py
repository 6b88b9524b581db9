"""Tools whose migrations stand alone in files named after a moment: dbmate, flyway, goose, knex, supabase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seachange.plan.formats.migration import Migration
from seachange.plan.formats.place import Place
from seachange.plan.formats.text import text

FLYWAY = "executeInTransaction={}\nplaceholderReplacement=false\n"


def dbmate(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    yield from _filled("dbmate.sql", found, place)


def goose(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    yield from _filled("goose.sql", found, place)


def knex(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    yield from _filled("knex.js", found, place)


def supabase(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    """It has no way back: what only the undo needs is left out."""
    forward = [migration for migration in found if migration.up]
    for stamp, migration in zip(place.stamps(), forward, strict=False):
        yield f"{stamp}_{migration.name}.sql", _plain(migration, migration.up)


def flyway(found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    """A script each way, and beside each how it is to be run."""
    for stamp, migration in zip(place.stamps(), found, strict=False):
        for letter, portion in (("V", migration.up), ("U", migration.down)):
            name = f"{letter}{stamp}__{migration.name}.sql"
            yield name, _plain(migration, portion)
            yield f"{name}.conf", FLYWAY.format(str(not migration.alone).lower())


def _filled(template: str, found: Sequence[Migration], place: Place) -> Iterator[tuple[str, str]]:
    ending = template.partition(".")[2]
    for stamp, migration in zip(place.stamps(), found, strict=False):
        yield f"{stamp}_{migration.name}.{ending}", text(template, migration=migration)


def _plain(migration: Migration, portion: object) -> str:
    return text("plain.sql", migration=migration, portion=portion)
