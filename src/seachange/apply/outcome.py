"""What comes of a run."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.compare.change import Change
from seachange.finding import Finding
from seachange.postgres.ledger import State, Taken, Wait


class Outcome(msgspec.Struct, frozen=True):
    """How a run went, with the states that it lies between.

    `run` is its number; None: there was nothing to do, and nothing was written.  `steps` are those that it has begun,
    by their numbers; `first` is where this call began, later than 1 where an earlier one was stopped.  `left` is what
    differs from the state that the plan leads to.
    """

    run: int | None
    state: State
    before: Catalog
    after: Catalog
    steps: Mapping[int, Taken] = {}
    of: int = 0
    first: int = 1
    waits: tuple[Wait, ...] = ()
    seconds: float = 0.0
    backup: str = ""
    left: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def arrived(self) -> bool:
        """All is done, and nothing differs."""
        return self.state is State.DONE and not self.left
