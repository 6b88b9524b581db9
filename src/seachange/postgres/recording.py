"""What commands would do: the statements that another tool sends, recorded on a scratch copy of what it is to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from seachange.catalog.catalog import Catalog
from seachange.postgres.connection import connected
from seachange.postgres.copying import copied
from seachange.postgres.making import place
from seachange.postgres.read import BESIDE, beside
from seachange.postgres.sampling import Rows, copy_rows
from seachange.postgres.scratch import Scratch
from seachange.postgres.source import Live, Source, parse
from seachange.postgres.tracing import trace
from seachange.sql.migration import Migration

RUN = "run:"
State = tuple[Source, Catalog] | None
"""A source with what was read of it; None: an empty database."""


def recorded(
    commands: Iterable[str], state: State, version: int, scratch: str, *, whole: bool = False
) -> tuple[Migration, ...]:
    """Each on a copy of its own: of a database with rows of it, since tools keep there what they have done; of another
    state, or an empty one.  `whole`: with what may hold a password.

    Raises what making the copy raises, and CommandFailed.
    """
    where = beside((state[0],)) if scratch == BESIDE and state else scratch
    wanted = frozenset(ref.names[-1] for ref in state[1].facts if ref.kind == "extension") if state else frozenset()
    with place(where, version, wanted) as at:
        return tuple(_recorded(command.removeprefix(RUN), state, at, whole=whole) for command in commands)


def state(against: str, catalog: Catalog | None) -> State:
    """What `against` names, where it was read."""
    return (parse(against), catalog) if catalog else None


def _recorded(line: str, state: State, at: Scratch, *, whole: bool) -> Migration:
    with _copy(state, at) as conninfo:
        return trace(line, conninfo, whole=whole).migration


@contextmanager
def _copy(state: State, at: Scratch) -> Iterator[str]:
    if state is None:
        with at.empty() as conninfo:
            yield conninfo
        return
    source, catalog = state
    with copied(source, catalog, at) as conninfo:
        if isinstance(source, Live):
            with connected(conninfo) as session:
                copy_rows(source.conninfo, session, Rows.SAMPLE)
        yield conninfo
