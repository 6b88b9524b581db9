"""A script tried on a scratch copy, statement by statement: what is refused is repaired and tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from seachange.adapt.draft import Done, Draft, Drafts
from seachange.catalog.catalog import Catalog
from seachange.postgres.attempts import Attempts, available
from seachange.repairs import question
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Question, Repair
from seachange.sql.nodes import CreateExtensionStmt
from seachange.sql.script import Statement

Say = Callable[[str], None]
Decide = Callable[[Question], Repair]
"""Chooses one of the answers to a question."""

MOST = 30
"""Repairs of one statement, after which it is given up."""


class Wish(Struct, frozen=True):
    """How a script is to be adapted: names for what it names otherwise, and who decides.

    `extensions` are those that the target could install; None: those of the copy.
    """

    before: Catalog
    decide: Decide
    maps: Mapping[str, str] = {}
    extensions: frozenset[str] | None = None
    say: Say = lambda now: None


def attempt(attempts: Attempts, drafts: Drafts, wish: Wish) -> Drafts:
    """The script after one pass over it, from the first statement to the last."""
    number, passing = 0, _Pass(attempts, wish)
    while number < len(drafts.all):
        wish.say(f"statement {number + 1} of {len(drafts.all)}")
        drafts, number = passing.step(drafts, number)
    return drafts


class _Pass:
    """One pass; knows what was tried on each statement, so that repairs cannot run in a circle."""

    def __init__(self, attempts: Attempts, wish: Wish) -> None:
        self._attempts, self._wish = attempts, wish

    def step(self, drafts: Drafts, number: int) -> tuple[Drafts, int]:
        """Try one statement; the script then, and the number of the statement that is next."""
        draft = drafts.all[number]
        if not draft.text:
            return drafts, number + 1
        refusals = self._not_here(drafts, number) or self._attempts.attempt(_sent(draft))
        for refusal in refusals:
            found = question(refusal, case(drafts, number, self._attempts, self._wish))
            if found and len(draft.done) < MOST:
                repair = self._wish.decide(found)
                passed = refusal.sort is Sort.SKIPPED and repair.text is None and not repair.before
                return drafts.repaired(number, Done(found, repair, refusal)), number + passed
        errors = [refusal for refusal in refusals if refusal.sort is Sort.ERROR]
        return drafts.refused(number, errors[0] if errors else None), number + 1

    def _not_here(self, drafts: Drafts, number: int) -> tuple[Refusal, ...]:
        """What the target would say against an extension that only the copy could have."""
        node = drafts.lines[number].node
        if not isinstance(node, CreateExtensionStmt) or self._wish.extensions is None:
            return ()
        if node.extname in self._wish.extensions:
            return ()
        return (Refusal(code="0A000", said=f'extension "{node.extname}" is not available'),)


def case(drafts: Drafts, number: int, attempts: Attempts, wish: Wish) -> Case:
    """The statement `number` as a repair sees it."""
    return Case(
        number=number,
        lines=drafts.lines,
        copy=attempts.copy,
        before=wish.before,
        maps=wish.maps,
        extensions=available(attempts.session) if wish.extensions is None else wish.extensions,
        version=attempts.session.info.server_version,
        lost=frozenset(i for i, one in enumerate(drafts.all[:number]) if one.refusal),
    )


def _sent(draft: Draft) -> Statement:
    written = draft.written
    text = draft.text if draft.text != written.text else written.sql
    return Statement(text, written.file, written.line, written.words, None if draft.added else written.rows)
