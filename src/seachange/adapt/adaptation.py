"""What comes of adapting a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from seachange.adapt.draft import Done, Draft, Drafts
from seachange.adapt.going_on import about
from seachange.adapt.steps import carried_by_psql
from seachange.catalog.catalog import Catalog
from seachange.finding import Finding
from seachange.plan import Plan
from seachange.plan.folder import Folder
from seachange.rehearse.rehearsal import Rehearsal
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question
from seachange.verify.verification import Outcome as Probed
from seachange.verify.verification import Probe


class Adaptation(Struct, frozen=True):
    """A script as it fits its target.

    `before` and `after` are the states that it leads from and to on the copy.  `probes` are what was tried on what it
    made.  `questions` are those that were decided, by key; `answers` how; `unanswered` those that wait for somebody;
    `unasked` are keys of answers to what was not asked.
    `undo` is the way back.  `rehearsal` is the proof; None as long as a statement is refused.
    """

    target: str
    drafts: Drafts
    before: Catalog
    after: Catalog
    answers: Mapping[str, str]
    unanswered: Mapping[str, Question]
    unasked: tuple[str, ...]
    plan: Plan
    undo: Plan
    probes: tuple[Probe, ...] = ()
    rehearsal: Rehearsal | None = None
    findings: tuple[Finding, ...] = ()
    passes: int = 1
    seconds: float = 0.0

    @property
    def refused(self) -> tuple[tuple[Draft, Refusal], ...]:
        """The statements that PostgreSQL still refuses, with what it says."""
        return tuple((draft, draft.refusal) for draft in self.drafts.all if draft.refusal)

    @property
    def changed(self) -> bool:
        return any(draft.changed for draft in self.drafts.all)

    @property
    def done(self) -> Iterator[tuple[Draft, Done]]:
        """Every repair, with the statement that it was made to; that which added a statement belongs to another."""
        for draft in self.drafts.all:
            yield from ((draft, done) for done in draft.done[1 if draft.added else 0 :])

    def of(self, outcome: Outcome) -> tuple[tuple[Draft, Done], ...]:
        return tuple(one for one in self.done if one[1].repair.outcome is outcome)

    @property
    def lost(self) -> tuple[tuple[Draft, Done], ...]:
        """The repairs from which something follows for people."""
        return tuple(one for one in self.done if one[1].repair.follows)

    @property
    def rows(self) -> tuple[Draft, ...]:
        """The COPY statements that rows follow, which a plan does not carry: it is not proved, and not applied."""
        return carried_by_psql(self.drafts)

    @property
    def broken(self) -> tuple[Probe, ...]:
        """What the script made and does not work."""
        return tuple(probe for probe in self.probes if probe.outcome is Probed.FAILED)

    @property
    def proven(self) -> bool:
        """It lands: nothing is refused, nobody has to answer, and the rehearsal led where it should."""
        ready = not self.refused and not self.unanswered
        return ready and self.rehearsal is not None and self.rehearsal.proven

    @property
    def folder(self) -> Folder:
        """The script as a plan that can be applied."""
        return Folder(self.plan, self.undo, self.before, self.after, about(self.drafts.migrations))
