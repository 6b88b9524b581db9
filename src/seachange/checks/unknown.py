"""What nobody can tell without a catalog, said once a script."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Remark, Verdict


def unknown(around: Around, check: str, what: str) -> Iterator[Remark]:
    """That it is not known `what`, unless this check said so before."""
    if around.first(f"{check} is not known"):
        yield Remark(message=f"Without a catalog it is not known {what}.", verdict=Verdict.UNKNOWN)
