"""What somebody must have said yes to before a run begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seachange.apply.terms import Backup, Keep, Terms
from seachange.errors import NotAgreed
from seachange.plan import Plan
from seachange.report.lines import clean
from seachange.step import CONSENT, Risk

NO_BACKUP = "no-backup"
"""The word for going on without a backup."""
WORDS = frozenset({*map(str, CONSENT), NO_BACKUP})
"""All that can be granted."""
MEANING = {
    Risk.LOSES_DATA: "rows or values are gone afterwards, or wait in the quarantine",
    Risk.REWRITES: "a table with rows is written anew while nobody may use it",
    Risk.BREAKS_CLIENTS: "what applications say today is refused, or means something else",
    Risk.UPGRADES_EXTENSION: "an extension's own script changes the database",
    NO_BACKUP: "nothing is saved before the first step",
}
SHOWN = 5


def missing(plan: Plan, terms: Terms, *, begins: bool = True) -> tuple[str, ...]:
    """The words that are needed and were not given.  A run that goes on has its backup, or the yes to none."""
    needed = set(map(str, plan.consent))
    if begins and _is_unsaved(terms.backup):
        needed.add(NO_BACKUP)
    return tuple(sorted(needed - {str(word) for word in terms.agreed}))


def ask(plan: Plan, terms: Terms, *, begins: bool) -> None:
    """Raise NotAgreed where a yes is missing; it names each risk, the steps that have it, and the words to grant it."""
    words = missing(plan, terms, begins=begins)
    if not words:
        return
    told = "\n".join(line for word in words for line in told_of(plan, word))
    refusal = NotAgreed(
        f"nobody has said yes to {'this' if len(words) == 1 else 'these'}:\n{told}",
        hint=f"Grant it with --yes-to {','.join(words)}.  Nothing was changed.",
    )
    refusal.words = words
    raise refusal


def told_of(plan: Plan, word: str) -> Iterator[str]:
    """A risk for people: what it means, and the first of the steps that have it."""
    yield f"  {word}: {MEANING[word]}"
    if word == NO_BACKUP:
        return
    having = [(number, step) for number, step in enumerate(plan.steps, 1) if word in step.risks]
    for number, step in having[:SHOWN]:
        yield f"    step {number}: {clean(str(step.subject or step.stage.name.lower()))}"
    if len(having) > SHOWN:
        yield f"    and {len(having) - SHOWN:,} more steps"


def _is_unsaved(backup: Backup) -> bool:
    return backup.keep is Keep.NONE and not backup.snapshot


def granted(words: Iterable[str]) -> frozenset[str]:
    """The consent that a list of words means; `all` means every one.  Raises LookupError for a word that is none."""
    found = {word for word in words if word}
    if "all" in found:
        found = found - {"all"} | WORDS
    if unknown := sorted(found - WORDS):
        raise LookupError(unknown[0])
    return frozenset(found)
