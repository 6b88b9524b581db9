"""A script tried on a scratch copy, statement by statement: what is refused is repaired and tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from msgspec import Struct

from seachange.adapt.draft import Done, Draft, Drafts
from seachange.catalog.catalog import Catalog
from seachange.postgres.attempts import Attempts, available
from seachange.repairs import foreseen, question
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Question, Repair
from seachange.sql.nodes import CreateExtensionStmt
from seachange.sql.parse import NotScanned, cut, role_made, roles_named
from seachange.sql.script import Statement

Say = Callable[[str], None]
Decide = Callable[[Question], Repair]
"""Chooses one of the answers to a question."""

UNSAID = Refusal(code="", said="PostgreSQL takes it without a word.")
MOST = 30
"""Repairs of one statement, after which it is given up."""


class Wish(Struct, frozen=True):
    """How a script is to be adapted: names for what it names otherwise, and who decides.

    `extensions` are those that the target could install, `roles` those that its server has; None: those of the copy.
    """

    before: Catalog
    decide: Decide
    maps: Mapping[str, str] = {}
    extensions: frozenset[str] | None = None
    roles: frozenset[str] | None = None
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
        self._home = ""

    def step(self, drafts: Drafts, number: int) -> tuple[Drafts, int]:
        """Try one statement; the script then, and the number of the statement that is next."""
        draft = drafts.all[number]
        self._enter(drafts, draft)
        if not draft.text:
            return drafts, number + 1
        if found := self._foreseen(drafts, number):
            return drafts.repaired(number, Done(found, self._wish.decide(found), UNSAID)), number
        refusals = self._not_here(drafts, number) or self._attempts.attempt(_sent(draft))
        for refusal in refusals:
            found = question(refusal, case(drafts, number, self._attempts, self._wish))
            if found and len(draft.done) < MOST and not _is_settled(found, refusal, draft):
                repair = self._wish.decide(found)
                passed = refusal.sort is Sort.SKIPPED and repair.text is None and not repair.before
                return drafts.repaired(number, Done(found, repair, refusal)), number + passed
        errors = [refusal for refusal in refusals if refusal.sort is Sort.ERROR]
        return drafts.refused(number, errors[0] if errors else None), number + 1

    def _enter(self, drafts: Drafts, draft: Draft) -> None:
        """Begin a file as its tool does: in a new session; some put a transaction around it."""
        if draft.moved or draft.written.file == self._home:
            return
        self._home = draft.written.file
        self._attempts.end()
        if any(one.wrapped and one.name == self._home for one in drafts.migrations):
            self._attempts.begin()

    def _foreseen(self, drafts: Drafts, number: int) -> Question | None:
        settled = [done.question.key for done in drafts.all[number].done]
        return foreseen(case(drafts, number, self._attempts, self._wish), settled)

    def _not_here(self, drafts: Drafts, number: int) -> tuple[Refusal, ...]:
        """What the target would say against an extension or a role that only the server of the copy has."""
        node = drafts.lines[number].node
        if isinstance(node, CreateExtensionStmt):
            there = self._wish.extensions
            known = there is None or node.extname in there
            return () if known else (Refusal(code="0A000", said=f'extension "{node.extname}" is not available'),)
        if self._wish.roles is None or node is None:
            return ()
        return tuple(_about_roles(drafts, number, self._wish.roles))


def _about_roles(drafts: Drafts, number: int, there: frozenset[str]) -> Iterator[Refusal]:
    """The servers of copies have the roles of other targets, too."""
    text = drafts.all[number].text
    made = role_made(text)
    if made in there:
        yield Refusal(code="42710", said=f'role "{made}" already exists')
    if missing := roles_named(text) - there:
        missing -= {role_made(one.text) for one in drafts.all[:number] if one.text}
    for role in sorted(missing)[:1]:
        yield Refusal(code="42704", said=f'role "{role}" does not exist')


def _is_settled(question: Question, refusal: Refusal, draft: Draft) -> bool:
    """Whether it passed, and what it passed over has been looked at."""
    return refusal.sort is Sort.SKIPPED and any(done.question.key == question.key for done in draft.done)


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
    rows, words = None if draft.added else written.rows, _words(draft)
    return Statement(draft.text, written.file, written.line, words, rows, "DATABASE" in words)


def _words(draft: Draft) -> tuple[str, ...]:
    """Of the statement as it stands now."""
    if not draft.added:
        return draft.written.words
    with suppress(NotScanned):
        return cut(draft.text.encode()).spans[0].words
    return ()
