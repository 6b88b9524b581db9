"""A plan and its way back as migrations: what a tool runs as one, forward and back.

What is one transaction in the plan is one for the tool, so that no lock is held longer than need be; neighbours of one
stage that neither read nor write rows go together.  What must be outside of transactions is a migration of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from seachange.plan.plan import Group, Plan
from seachange.plan.psql import PATIENCE
from seachange.plan.words import notes
from seachange.step import Risk, Stage, Step, Way

SETTINGS = (f"SET LOCAL lock_timeout = '{PATIENCE}'", "SET LOCAL check_function_bodies = off")
LONG = frozenset({Risk.SCANS, Risk.REWRITES, Risk.BUILDS_INDEX})
"""What takes as long as there are rows."""


class Portion(Struct, frozen=True):
    """Statements that are run as one transaction, or one that is run outside of any.  Each has comments before it."""

    stage: Stage
    alone: bool
    statements: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Each statement with its comments, without a semicolon."""
        return tuple("\n".join([*(f"-- {note}" for note in notes), sql]) for notes, sql in self.statements)


class Migration(Struct, frozen=True):
    """What a tool takes forward and back at once.  At least one of both is there, and both are alone or neither is."""

    name: str
    up: Portion | None = None
    down: Portion | None = None

    @property
    def alone(self) -> bool:
        """Whether the tool must not open a transaction for it."""
        return any(portion.alone for portion in (self.up, self.down) if portion)


def migrations(plan: Plan, undo: Plan) -> tuple[Migration, ...]:
    """All migrations in order.  Taken back from the last to the first, they do what the undo does in its order."""
    ups, downs = list(portions(plan)), list(portions(undo))[::-1]
    matcher = SequenceMatcher(None, [one.alone for one in ups], [one.alone for one in downs], autojunk=False)
    found: list[Migration] = []
    for word, start, end, begin, stop in matcher.get_opcodes():
        if word == "equal":
            found += [_named(up, down) for up, down in zip(ups[start:end], downs[begin:stop], strict=True)]
        else:
            found += [_named(None, down) for down in downs[begin:stop]]
            found += [_named(up, None) for up in ups[start:end]]
    return tuple(found)


def portions(plan: Plan) -> Iterator[Portion]:
    """The plan in pieces of which a tool makes one transaction each."""
    together: list[Group] = []
    for group in plan.groups:
        if together and not (_short(group) and _short(together[-1]) and group.stage == together[-1].stage):
            yield _portion(plan, together)
            together = []
        together.append(group)
    if together:
        yield _portion(plan, together)


def _short(group: Group) -> bool:
    return group.way is Way.GROUPED and not any(
        step.scans or step.rewrites or step.risks & LONG for step in group.steps
    )


def _portion(plan: Plan, groups: Sequence[Group]) -> Portion:
    alone = groups[0].way is Way.ALONE
    settings = () if alone else tuple(((), sql) for sql in SETTINGS)
    return Portion(groups[0].stage, alone, (*settings, *_statements(plan, (s for g in groups for s in g.steps))))


def _statements(plan: Plan, steps: Iterable[Step]) -> Iterator[tuple[tuple[str, ...], str]]:
    yield from ((tuple(notes(plan, step)), step.sql) for step in steps)


def _named(up: Portion | None, down: Portion | None) -> Migration:
    stage = next(portion.stage for portion in (up, down) if portion)
    return Migration(f"{'' if up else 'undo_'}{stage.name.lower()}", up, down)
