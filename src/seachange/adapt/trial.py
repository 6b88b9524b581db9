"""A script tried on a scratch copy, statement by statement: what is refused is repaired and tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from seachange.adapt.draft import Done, Draft, Drafts
from seachange.catalog.catalog import Catalog
from seachange.postgres.attempts import Attempts
from seachange.repairs import question
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Question, Repair
from seachange.sql.script import Statement

Say = Callable[[str], None]
Decide = Callable[[Question], Repair]
"""Chooses one of the answers to a question."""

MOST = 30
"""Repairs of one statement, after which it is given up."""


class Wish(Struct, frozen=True):
    """How a script is to be adapted: names for what it names otherwise, and who decides."""

    before: Catalog
    decide: Decide
    maps: Mapping[str, str] = {}
    say: Say = lambda now: None


def attempt(attempts: Attempts, drafts: Drafts, wish: Wish) -> Drafts:
    """The script after one pass over it, from the first statement to the last."""
    extensions, number = attempts.extensions, 0
    passing = _Pass(attempts, wish, extensions)
    while number < len(drafts.all):
        wish.say(f"statement {number + 1} of {len(drafts.all)}")
        drafts, number = passing.step(drafts, number)
    return drafts


class _Pass:
    """One pass; knows what was tried on each statement, so that repairs cannot run in a circle."""

    def __init__(self, attempts: Attempts, wish: Wish, extensions: frozenset[str]) -> None:
        self._attempts, self._wish, self._extensions = attempts, wish, extensions

    def step(self, drafts: Drafts, number: int) -> tuple[Drafts, int]:
        """Try one statement; the script then, and the number of the statement that is next."""
        draft = drafts.all[number]
        if not draft.text:
            return drafts, number + 1
        refusals = self._attempts.attempt(_sent(draft))
        for refusal in refusals:
            found = question(refusal, self._case(drafts, number))
            if found and len(draft.done) < MOST:
                repair = self._wish.decide(found)
                passed = refusal.sort is Sort.SKIPPED and repair.text is None and not repair.before
                return drafts.repaired(number, Done(found, repair, refusal)), number + passed
        errors = [refusal for refusal in refusals if refusal.sort is Sort.ERROR]
        return drafts.refused(number, errors[0] if errors else None), number + 1

    def _case(self, drafts: Drafts, number: int) -> Case:
        return Case(
            number=number,
            lines=drafts.lines,
            copy=self._attempts.copy,
            before=self._wish.before,
            maps=self._wish.maps,
            extensions=self._extensions,
            version=self._attempts.session.info.server_version,
            lost=frozenset(i for i, one in enumerate(drafts.all[:number]) if one.refusal),
        )


def _sent(draft: Draft) -> Statement:
    written = draft.written
    text = draft.text if draft.text != written.text else written.sql
    return Statement(text, written.file, written.line, written.words, None if draft.added else written.rows)


def refused(drafts: Drafts) -> tuple[tuple[Draft, Refusal], ...]:
    """The statements that PostgreSQL still refuses, with what it says."""
    return tuple((draft, draft.refusal) for draft in drafts.all if draft.refusal)
