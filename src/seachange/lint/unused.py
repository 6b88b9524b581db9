"""What is wrong with the comments that allow something."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from seachange.checks import checks
from seachange.checks.check import Verdict
from seachange.lint.allowing import Allowance
from seachange.lint.flag import Flag
from seachange.lint.places import Places
from seachange.lint.wish import Wishes

UNUSED, NO_REASON = "unused-suppression", "suppression-without-reason"


def remarks(places: Places, found: Iterable[Allowance], used: Collection[int], wishes: Wishes) -> Iterator[Flag]:
    """Those that allow nothing, as far as what they name was looked for, and those that give no reason."""
    for one in found:
        if UNUSED in wishes.names and one.start not in used and (told := _unused(one, wishes)):
            yield _flag(UNUSED, told, one, places, wishes)
        if NO_REASON in wishes.names and one.understood and not one.reason:
            yield _flag(NO_REASON, f"Nothing says why {_listed(one)} is allowed here.", one, places, wishes)


def _unused(one: Allowance, wishes: Wishes) -> str:
    """What to say of one that nothing came of; nothing where it may be right."""
    if not one.understood:
        return "This comment is not understood, and allows nothing."
    if one.of_squawk:
        return "Nothing here is against this rule." if _all_looked_for(one, wishes) else ""
    known = {*checks(), *(check.code for check in checks().values())}
    if unknown := [name for name in one.names if name not in known]:
        return f"There is no check called {', '.join(unknown)}."
    asked = {name for name, check in checks().items() if name in wishes.names for name in (name, check.code)}
    return f"Nothing here is flagged by {_listed(one)}." if asked.issuperset(one.names) else ""


def _all_looked_for(one: Allowance, wishes: Wishes) -> bool:
    """Whether a check that speaks for each of squawk's rules was asked."""
    spoken = {rule for name in wishes.names for rule in checks()[name].same_as}
    return bool(one.names) and spoken.issuperset(f"squawk {name}" for name in one.names)


def _listed(one: Allowance) -> str:
    return ", ".join(one.names)


def _flag(name: str, message: str, one: Allowance, places: Places, wishes: Wishes) -> Flag:
    check = checks()[name]
    return Flag(
        check=name,
        code=check.code,
        severity=wishes.severity(check, None),
        verdict=Verdict.FLAGGED,
        message=message,
        about=_listed(one),
        advice=_ADVICE[name],
        place=places.between(one.start, one.end),
        same_as=check.same_as,
    )


_ADVICE = {
    UNUSED: "Take the comment out, or write -- seachange: allow CHECK because REASON, before the statement.",
    NO_REASON: "Write it behind the word because.",
}
