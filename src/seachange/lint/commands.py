"""What commands would do: the statements that another tool sends, recorded on a scratch copy of what it is to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from seachange.lint.ground import Ground
from seachange.postgres.connection import connected
from seachange.postgres.copying import copied
from seachange.postgres.making import place
from seachange.postgres.read import BESIDE, beside
from seachange.postgres.sampling import Rows, copy_rows
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Live, parse
from seachange.postgres.tracing import traced
from seachange.sql.migration import Migration

RUN = "run:"


def recorded(commands: Iterable[str], ground: Ground, against: str, scratch: str) -> tuple[Migration, ...]:
    """Each on a copy of its own: of the database `against` with rows of it, since tools keep there what they have done;
    of another state, or an empty one.  Raises what making the copy raises, and CommandFailed.
    """
    source = parse(against) if against else None
    where = beside((source,)) if scratch == BESIDE and source else scratch
    catalog = ground.world.catalog
    wanted = frozenset(ref.names[-1] for ref in catalog.facts if ref.kind == "extension") if catalog else ()
    with place(where, ground.version, frozenset(wanted)) as at:
        return tuple(_recorded(command.removeprefix(RUN), ground, against, at) for command in commands)


def _recorded(line: str, ground: Ground, against: str, at: Scratch) -> Migration:
    with _copy(ground, against, at) as conninfo:
        return traced(line, conninfo)


@contextmanager
def _copy(ground: Ground, against: str, at: Scratch) -> Iterator[str]:
    if ground.world.catalog is None:
        with at.empty() as conninfo:
            yield conninfo
        return
    source = parse(against)
    with copied(source, ground.world.catalog, at) as conninfo:
        if isinstance(source, Live):
            with connected(conninfo) as session:
                copy_rows(source.conninfo, session, Rows.SAMPLE)
        yield conninfo
