"""What nobody can tell without a catalog, said once a script."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Remark, Verdict


def was_told(around: Around, check: str) -> bool:
    """Whether this check said already that it is not known."""
    return _word(check) in around.said


def unknown(around: Around, check: str, what: str) -> Iterator[Remark]:
    """That it is not known `what`, unless this check said so before."""
    if around.first(_word(check)):
        yield Remark(message=f"Without a catalog it is not known {what}.", verdict=Verdict.UNKNOWN)


def _word(check: str) -> str:
    return f"{check} is not known"
