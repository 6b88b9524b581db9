"""What checks find in a state by reading it, and since when it is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from seachange.catalog.catalog import Catalog
from seachange.checks import Told, advised
from seachange.checks.around import State
from seachange.finding import Finding
from seachange.verify.verification import Advice, Since

Key = tuple[str, str]
"""A check and what it is about."""


def told(found: Catalog, before: Catalog | None, desired: Callable[[], Catalog]) -> tuple[Advice, ...]:
    """What checks find in `found`, with its age as far as there is a state before.

    `desired` is asked for only where something is new.  What checks are switched on for by name is left out, and so is
    what only a running database answers.
    """
    advice = tuple(_read(found))
    if before is None:
        return advice
    aged = tuple(_aged(advice, _messages(_read(before))))
    if not any(one.since is Since.INTRODUCED for one in aged):
        return aged
    wanted = _messages(_read(desired()))
    return tuple(replace(one, wanted=_key(one) in wanted) for one in aged)


def _read(state: Catalog) -> Iterator[Advice]:
    for one in advised(State(state, version=state.origin.version)):
        if one.flagged and not one.check.optional:
            yield _advice(one)


def _advice(one: Told) -> Advice:
    remark, check = one.remark, one.check
    return Advice(
        check=check.name,
        code=check.code,
        severity=remark.severity or check.severity,
        about=remark.about,
        message=remark.message,
        advice=remark.advice,
    )


def _key(one: Advice) -> Key:
    return one.check, one.about


def _messages(advice: Iterable[Advice]) -> Mapping[Key, list[str]]:
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for one in advice:
        found[_key(one)].append(one.message)
    return found


def _aged(advice: Iterable[Advice], before: Mapping[Key, list[str]]) -> Iterator[Advice]:
    """What was there before is inherited, also where it was said in other words, such as with another count."""
    spare = {key: list(messages) for key, messages in before.items()}
    waiting = []
    for one in advice:
        if one.message in spare.get(_key(one), ()):
            spare[_key(one)].remove(one.message)
            yield replace(one, since=Since.INHERITED)
        else:
            waiting.append(one)
    for one in waiting:
        inherited = bool(spare.get(_key(one)))
        if inherited:
            spare[_key(one)].pop()
        yield replace(one, since=Since.INHERITED if inherited else Since.INTRODUCED)


def findings(advice: Iterable[Advice]) -> Iterator[Finding]:
    """What is new, as every report tells it."""
    for one in advice:
        if one.since is Since.INTRODUCED:
            yield Finding(one.check, one.severity, one.about, one.message, one.advice)
