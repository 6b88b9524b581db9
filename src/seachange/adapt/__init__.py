"""A script that was written for one database made to fit another, and proved on a copy of that."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from seachange.adapt.adaptation import Adaptation
from seachange.adapt.choosing import Choosing
from seachange.adapt.draft import drafts
from seachange.adapt.going import gone
from seachange.adapt.passing import Landed, Passing, Terms
from seachange.adapt.proof import proved
from seachange.adapt.staging import copies
from seachange.adapt.steps import plan, statements
from seachange.planner import Wishes
from seachange.planner import plan as planned
from seachange.postgres.read import BESIDE, beside
from seachange.postgres.renaming import renamed
from seachange.postgres.source import parse
from seachange.sql.migration import Migration
from seachange.sql.parse import extension

__all__ = ["Adaptation", "Choosing", "Terms", "adapt"]

STANDARD = Terms()


def adapt(migrations: Sequence[Migration], target: str, choosing: Choosing, terms: Terms = STANDARD) -> Adaptation:
    """`migrations`, run one after the other, made to fit `target`, which is only read.

    Each statement is tried on a scratch copy; what PostgreSQL refuses is repaired by the least change that serves, as
    `choosing` decides, until all of it passes and what it made works, or nobody knows what to do.

    A statement that stays refused is part of what comes of it, not an error.  Raises what `read` raises, and
    NotUnderstood for an answer that is none.
    """
    began = time.perf_counter()
    with copies(target, terms.scratch, _extensions(migrations), terms.say) as made:
        passes = tuple(Passing(made, choosing, terms).through(drafts(migrations)))
    adaptation = proved(_adaptation(passes[-1], target, choosing, terms), terms)
    return replace(adaptation, passes=len(passes), seconds=time.perf_counter() - began)


def _extensions(migrations: Sequence[Migration]) -> frozenset[str]:
    """Those that the script asks for."""
    asked = (one for migration in migrations for one in migration.up if one.words[:2] == ("CREATE", "EXTENSION"))
    return frozenset(name for one in asked if (name := extension(one.sql)))


def _adaptation(landed: Landed, target: str, choosing: Choosing, terms: Terms) -> Adaptation:
    label = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
    before, after = landed.before, landed.after
    lost = gone(statements(landed.drafts), before, after)
    back = renamed(after, lost.back, _place(target, terms)) if lost.back else None
    return Adaptation(
        target=target,
        drafts=landed.drafts,
        before=before,
        after=after,
        answers=dict(choosing.answers),
        unanswered=dict(choosing.unanswered),
        unasked=choosing.unasked,
        plan=plan(landed.drafts, lost, before, after, landed.search_path),
        undo=planned(after, before, Wishes(online=False, quarantine=label), renamed=back),
        probes=landed.probes,
    )


def _place(target: str, terms: Terms) -> str:
    return beside((parse(target),)) if terms.scratch == BESIDE else terms.scratch
