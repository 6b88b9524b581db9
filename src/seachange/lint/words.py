"""What lint says, in sentences that all forms share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seachange.finding import Severity
from seachange.lint.fixing import Fixed
from seachange.lint.flag import Effect, Flag, Touched
from seachange.lint.linted import Linted
from seachange.plan.plan import Volume
from seachange.plan.words import amount
from seachange.step import Lock

WORDS = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.NOTE: ("note", "notes"),
}


MOST = 5
"""So many relations are named."""


def effects(effect: Effect) -> Iterator[str]:
    """What a statement locks, writes anew and reads whole, and who waits; nothing of locks that stop nobody."""
    told = [one for one in effect.touched if one.lock >= Lock.SHARE_UPDATE_EXCLUSIVE or one.work]
    for lock, work in dict.fromkeys((one.lock, one.work) for one in told):
        yield _alike([one for one in told if (one.lock, one.work) == (lock, work)])
    if effect.waits and told:
        yield effect.waits


def _alike(relations: Sequence[Touched]) -> str:
    """One sentence for relations to which the same is done."""
    first, many = relations[0], len(relations) > 1
    named = [f"{one.relation}{_size(one)}" for one in relations[:MOST]]
    if more := len(relations) - MOST if len(relations) > MOST else 0:
        named.append(f"{more:,} more")
    names = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    if not first.lock:
        return f"{names} {'are' if many else 'is'} {first.work}."
    work = f", which {'are' if many else 'is'} {first.work}" if first.work else ""
    return f"{first.lock.words} on {names}{work}."


def _size(one: Touched) -> str:
    return f" ({amount(Volume((one.relation,), one.rows, one.bytes or 0))})" if one.rows is not None else ""


def verdict(linted: Linted) -> str:
    """The sentence that a hurried reader wants."""
    counted = [f"{count} {WORDS[severity][count != 1]}" for severity, count in linted.tally.items() if count]
    found = ", ".join(counted) or "Nothing is wrong"
    if linted.against and not linted.files:
        return f"{found} in {linted.against}."
    files = {flag.place.file for flag in linted.counting if flag.place}
    total = len(linted.files)
    where = f"{len(files)} of {_many(total, 'file')}" if counted and total > 1 else _many(total, "file")
    return f"{found} in {where}."


def asides(linted: Linted) -> Iterator[str]:
    """What does not count, and what nobody knows; a sentence each."""
    if linted.allowed:
        yield f"{_many(len(linted.allowed), 'remark')} allowed: --format json has the reasons."
    for one in linted.unseen:
        yield f"{one.file}:{one.line}: {one.what}"
    if undecided := linted.undecided:
        checks = len({flag.check for flag in undecided})
        if linted.against:
            first = undecided[0]
            yield f"{_many(checks, 'check')} could not be decided. {first.check}: {first.undecided}"
        else:
            yield f"{_many(checks, 'check')} could not be decided without a catalog: give one with --against."


def hints(linted: Linted) -> Iterator[str]:
    """What to do next."""
    if any(flag.edits for flag in linted.counting):
        yield "Some of it a machine can change: --diff shows how, --fix does it."
    if linted.counting:
        yield f"More on a check: seachange lint --explain {linted.counting[0].check}"


def changed(fixed: tuple[Fixed, ...], *, written: bool) -> Iterator[str]:
    """What became of each file that a machine changed."""
    for one in fixed:
        checks = ", ".join(one.checks)
        if one.circle:
            yield f"{one.before.name} is left as it was: the changes of {checks} lead back to where they began."
        elif one.changed:
            yield f"{one.before.name} {'was' if written else 'would be'} changed for {checks}."


def said(flag: Flag) -> Iterator[str]:
    """The message and the advice, a paragraph each."""
    yield from filter(None, (flag.message, flag.advice))


def locked(flag: Flag) -> str:
    """The strongest lock, as one word says it."""
    return flag.effect.lock.words if flag.effect.lock > Lock.NONE else ""


def _many(count: int, word: str) -> str:
    return f"{count:,} {word if count == 1 else word + 's'}"
