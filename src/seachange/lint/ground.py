"""What a script lands on, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.checks.effects import Effects
from seachange.checks.world import World

if TYPE_CHECKING:
    from seachange.postgres.questions import Answer  # late: the driver would be loaded
    from seachange.rules.rule import Size


class Ground(Struct, frozen=True):
    """A state: `name` is what to call it, `meant` the part of it that is looked at where no script is.

    `sizes` is empty and `ask` None for what is no database.
    """

    name: str = ""
    world: World = World()
    meant: Catalog | None = None
    version: int = 0
    sizes: Mapping[Path, Size] = {}
    ask: Callable[[str], Answer] | None = None
    measured: Mapping[tuple[str, int], Effects] = {}


NOWHERE = Ground()
