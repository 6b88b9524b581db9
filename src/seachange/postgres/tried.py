"""Scripts run statement by statement on a scratch copy of a database: what each of them really does there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.checks.effects import Effects, effects
from seachange.checks.following import following
from seachange.checks.world import World
from seachange.postgres.connection import connected
from seachange.postgres.copying import copied, make_roles, roles_there
from seachange.postgres.extract import extract
from seachange.postgres.gauging import Gauging, Refused, completed
from seachange.postgres.making import place
from seachange.postgres.read import BESIDE, beside, read
from seachange.postgres.sampling import Rows, copy_rows
from seachange.postgres.source import Live, Source, parse
from seachange.sql.migration import Migration, Written
from seachange.sql.nodes import CreateExtensionStmt
from seachange.sql.script import Statement

Say = Callable[[str], None]
"""Hears what is being done, and what was refused."""

LIMIT = 60
"""Seconds after which a statement is stopped: on a sample of rows nothing takes that long."""


def measure(migrations: Sequence[Migration], source: str, scratch: str, say: Say) -> Mapping[tuple[str, int], Effects]:
    """What the statements of `migrations` do to a copy of `source`, by file and first byte.

    They are run one after the other, each file to its end.  What the copy refuses is told, leaves no trace, and is not
    among the answers.  Raises what reading and copying raise; the source itself is only read.
    """
    found: dict[tuple[str, int], Effects] = {}
    with _copy(migrations, source, scratch, say) as copy:
        world = World(copy.catalog)
        for migration in migrations:
            gauging = Gauging(copy.session, LIMIT)
            say(f"measuring {migration.name}")
            for written in migration.up:
                done = _measured(written, world, gauging, copy.version)
                if isinstance(done, Refused):
                    say(f"{written.place}: the copy refuses this, so the rules tell what it does: {done.said}")
                else:
                    found[written.file, written.start] = done
                world = following(written, world)
            gauging.end()
    return found


def _measured(written: Written, world: World, gauging: Gauging, version: int) -> Effects | Refused:
    told = effects(written, world, version)
    held = dict(gauging.held)
    done = gauging.run(_statement(written))
    return done if isinstance(done, Refused) else completed(done, told, held, sampled=gauging.sampled)


def _statement(written: Written) -> Statement:
    return Statement(written.sql, written.file, written.line, written.words, written.rows)


class Copied(Struct, frozen=True):
    """An open copy, and what it holds."""

    session: Any
    catalog: Catalog
    version: int


@contextmanager
def _copy(migrations: Sequence[Migration], text: str, scratch: str, say: Say) -> Iterator[Copied]:
    """A copy of what `text` names, with rows of it, on a server like its own."""
    say("reading the source")
    source = parse(text)
    catalog, roles = _read(source, text, scratch)
    wanted = frozenset(ref.names[-1] for ref in catalog.facts if ref.kind == "extension") | _asked(migrations)
    where = beside((source,)) if scratch == BESIDE else scratch
    with (
        place(where, catalog.origin.version, wanted) as found,
        copied(source, catalog, found) as at,
        connected(at) as session,
    ):
        if found.own:
            make_roles(session, roles)
        if isinstance(source, Live):
            say("copying rows")
            copy_rows(source.conninfo, session, Rows.SAMPLE)
        yield Copied(session, catalog, found.version)


def _read(source: Source, text: str, scratch: str) -> tuple[Catalog, frozenset[str]]:
    if not isinstance(source, Live):
        return read(text, scratch=scratch), frozenset()
    with connected(source.conninfo) as session:
        return extract(session), roles_there(session)


def _asked(migrations: Sequence[Migration]) -> frozenset[str]:
    """The extensions that the scripts ask for."""
    nodes = (written.node for migration in migrations for written in migration.up)
    return frozenset(node.extname for node in nodes if isinstance(node, CreateExtensionStmt))
