"""Scratch copies of the target for a script to be tried on, each as fresh as the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.postgres.attempts import available
from seachange.postgres.connection import connected
from seachange.postgres.copying import copied, make_roles, roles_there
from seachange.postgres.extract import extract
from seachange.postgres.making import place
from seachange.postgres.read import BESIDE, beside, read
from seachange.postgres.sampling import Rows, copy_rows
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Live, Source, parse

Say = Callable[[str], None]


class Target(Struct, frozen=True):
    """The database that a script is to land on, as it was read.

    `extensions` are those that its server could install; None where it is no database, and its copy is asked.  `roles`
    are those of its server, None likewise.  `database` is what it is called there.
    """

    named: str
    source: Source
    catalog: Catalog
    extensions: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    database: str = ""


class Copies(Struct, frozen=True):
    """Where copies of a target are made."""

    target: Target
    place: Scratch
    say: Say

    @contextmanager
    def fresh(self) -> Iterator[Any]:
        """A session with a new copy, with rows of the target, which is dropped at the end."""
        target = self.target
        with copied(target.source, target.catalog, self.place) as at, connected(at) as session:
            if self.place.own and target.roles:
                make_roles(session, target.roles)
            if isinstance(target.source, Live):
                self.say("copying rows")
                copy_rows(target.source.conninfo, session, Rows.SAMPLE)
            yield session


@contextmanager
def copies(text: str, scratch: str, wanted: frozenset[str], say: Say) -> Iterator[Copies]:
    """Copies of the target that `text` names, on a server like its own.  `wanted` are extensions that the script needs.

    Raises what `read` raises, and what copying raises: the target itself is only read.
    """
    say("reading the target")
    target = _read(text, scratch)
    needed = frozenset(ref.names[-1] for ref in target.catalog.facts if ref.kind == "extension")
    possible = wanted if target.extensions is None else wanted & target.extensions
    where = beside((target.source,)) if scratch == BESIDE else scratch
    with ExitStack() as stack:
        found = stack.enter_context(place(where, target.catalog.origin.version, needed | possible))
        yield Copies(target, found, say)


def _read(text: str, scratch: str) -> Target:
    source = parse(text)
    if not isinstance(source, Live):
        return Target(text, source, read(text, scratch=scratch))
    with connected(source.conninfo) as session:
        return Target(text, source, extract(session), available(session), roles_there(session), session.info.dbname)
