"""Which checks are wanted, how much each matters, and what they take for granted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from msgspec import Struct

from seachange.checks import checks
from seachange.checks.check import Check
from seachange.checks.customs import NONE, Customs
from seachange.checks.whole import NEWEST
from seachange.config import Allowed, Linting
from seachange.errors import NotUnderstood
from seachange.finding import Severity

EVERYTHING = "all"
_MAJOR, _OLDEST = 10_000, 10


class Wishes(Struct, frozen=True):
    """`names` are the checks that are wanted; `version` is that of the server, where no database tells it.

    `wrapped`: each script is run in a transaction, whatever it says itself.  `customs` are the project's.
    """

    names: frozenset[str]
    version: int = 0
    wrapped: bool = False
    severities: Mapping[str, Severity] = {}
    allowed: tuple[Allowed, ...] = ()
    customs: Customs = NONE

    def severity(self, check: Check, told: Severity | None) -> Severity:
        """How much it matters what `check` says: as the project has it, the remark, the check."""
        return self.severities.get(check.name) or told or check.severity

    @property
    def number(self) -> int:
        """The version as a server tells it."""
        return self.version * _MAJOR if self.version else NEWEST


def wishes(
    settings: Linting, only: Collection[str] = (), exclude: Collection[str] = (), optional: Collection[str] = ()
) -> Wishes:
    """What the settings of a project say, and what is asked for beside them.  Raises NotUnderstood.

    `only` replaces what the settings have, `exclude` and `optional` add to it.  What is named in `only` need not be
    among the `optional` ones as well.
    """
    meant = _named(only or settings.only) or _usual(_named((*settings.optional, *optional)))
    return Wishes(
        names=meant - _named((*settings.exclude, *exclude)),
        version=_version(settings.pg_version),
        wrapped=settings.assume_in_transaction,
        severities={named(name).name: severity for name, severity in settings.severity.items()},
        allowed=tuple(_resolved(one) for one in settings.allow),
    )


def named(word: str) -> Check:
    """The check of this name or code.  Raises NotUnderstood."""
    if found := checks().get(word) or _coded().get(word.upper()):
        return found
    close = get_close_matches(word, checks(), 3)
    hint = f"Did you mean {', '.join(close)}?" if close else "`seachange lint --list` has them all."
    raise NotUnderstood(f"there is no check called {word}", hint=hint)


def _coded() -> Mapping[str, Check]:
    return {check.code: check for check in checks().values()}


def _named(words: Iterable[str]) -> frozenset[str]:
    given = tuple(words)
    return frozenset(checks()) if EVERYTHING in given else frozenset(named(word).name for word in given)


def _usual(optional: frozenset[str]) -> frozenset[str]:
    return optional | {name for name, check in checks().items() if not check.optional}


def _version(major: int) -> int:
    if major and major < _OLDEST:
        raise NotUnderstood(f"{major} is no version of PostgreSQL that lint knows", hint="Write 14, 15, 16, 17 or 18.")
    return major


def _resolved(one: Allowed) -> Allowed:
    if not one.because.strip():
        raise NotUnderstood(
            f"seachange.toml allows {', '.join(one.checks)} without a reason", hint="Write it behind `because`."
        )
    return Allowed(one.files, tuple(sorted(_named(one.checks))), one.because)
