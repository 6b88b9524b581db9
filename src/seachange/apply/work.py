"""What all that carries a plan out works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from seachange.apply.terms import Listener, Terms
from seachange.plan import Plan
from seachange.postgres.blockers import Calm
from seachange.postgres.groups import Session
from seachange.postgres.ledger import Begun, Ledger, Taken
from seachange.postgres.lookout import Lookout

OVER = frozenset({Begun.DONE, Begun.SKIPPED})


@dataclass(frozen=True)
class Work:
    """A run at work: its session, its place in the ledger, its terms.

    `begun` are the steps that an earlier attempt has begun.
    """

    session: Session
    ledger: Ledger
    run: int
    plan: Plan
    terms: Terms
    hears: Listener
    lookout: Lookout
    begun: dict[int, Taken] = field(default_factory=dict)
    calm: Calm = field(default_factory=Calm)

    def is_over(self, number: int) -> bool:
        """Whether a step has been done, or had nothing to do."""
        return number in self.begun and self.begun[number].state in OVER
