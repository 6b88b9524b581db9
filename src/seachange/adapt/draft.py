"""The script while it is adapted: each statement as it stands, and what was done to it and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seachange.repairs.case import Line
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.migration import Migration, Written


class Done(Struct, frozen=True):
    """A repair that was made, with what it answers."""

    question: Question
    repair: Repair
    refusal: Refusal


class Draft(Struct, frozen=True):
    """A statement of the script, or one that was added to it.

    `written` is where it stands in the script; for one that was added, the statement that it was added for.  `text` is
    what it says now; "" where it is left out.  `done` is what was done to it, `refusal` what PostgreSQL still has
    against it.
    """

    written: Written
    text: str
    done: tuple[Done, ...] = ()
    refusal: Refusal | None = None
    added: bool = False
    moved: bool = False

    @property
    def circle(self) -> tuple[str, ...]:
        """The repairs that lead back to where they began, where they do."""
        names = tuple(done.repair.name for done in self.done)
        return next((names[-n:] for n in range(1, len(names) // 2 + 1) if names[-n:] == names[-2 * n : -n]), ())

    @property
    def changed(self) -> bool:
        return self.added or self.moved or self.text != self.written.sql


class Drafts(Struct, frozen=True):
    """The whole script, in the order in which it is run."""

    migrations: tuple[Migration, ...]
    all: tuple[Draft, ...]

    @property
    def lines(self) -> Sequence[Line]:
        """As repairs see them."""
        return tuple(Line(draft.written, draft.text, draft.added) for draft in self.all)

    def repaired(self, number: int, done: Done) -> Drafts:
        """With a repair made to the statement `number`.  What it adds before it stands at `number` then."""
        repair, draft = done.repair, self.all[number]
        text = draft.text if repair.text is None else repair.text
        now = replace(draft, text=text, done=(*draft.done, done), refusal=None)
        around = (*_added(draft, repair.before, done), now, *_added(draft, repair.after, done))
        if repair.behind is None:
            return replace(self, all=(*self.all[:number], *around, *self.all[number + 1 :]))
        moved = tuple(replace(one, moved=True) if one is now else one for one in around)
        between = self.all[number + 1 : repair.behind + 1]
        return replace(self, all=(*self.all[:number], *between, *moved, *self.all[repair.behind + 1 :]))

    def refused(self, number: int, refusal: Refusal | None) -> Drafts:
        """With what PostgreSQL has against the statement `number`."""
        draft = replace(self.all[number], refusal=refusal)
        return replace(self, all=(*self.all[:number], draft, *self.all[number + 1 :]))


def drafts(migrations: Iterable[Migration]) -> Drafts:
    """Scripts as they were written."""
    read = tuple(migrations)
    return Drafts(read, tuple(Draft(one, one.sql) for migration in read for one in migration.up))


def _added(draft: Draft, texts: Iterable[str], done: Done) -> tuple[Draft, ...]:
    return tuple(Draft(draft.written, text, (done,), added=True) for text in texts)
