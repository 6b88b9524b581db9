"""From a source to the ground that a script lands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from seachange.catalog.scope import Scope, scoped
from seachange.checks.world import World
from seachange.lint.ground import Ground
from seachange.postgres.questions import asking
from seachange.postgres.read import LOCAL, read
from seachange.postgres.sizes import measured
from seachange.postgres.source import named
from seachange.postgres.tried import measure
from seachange.sql.migration import Migration

Say = Callable[[str], None]


def tried(scripts: Sequence[Migration], ground: Ground, source: str, scratch: str, say: Say) -> Ground:
    """With what the scripts do on a copy of the source: what they lock and work through is seen then, not told."""
    return replace(ground, measured=measure(scripts, source, scratch, say))


def ground(source: str, meant: Scope, scratch: str = LOCAL) -> Ground:
    """The state that `source` holds; with a database, somebody who may be asked about it."""
    catalog = read(source, scratch=scratch)
    return Ground(
        name=named(source),
        world=World(catalog),
        meant=scoped(catalog, meant),
        version=catalog.origin.version,
        sizes=measured(source).sizes,
        ask=asking(source),
    )
