"""What nobody can tell without a catalog, said once a script."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from seachange.checks.around import Around
from seachange.checks.check import Remark, Verdict
from seachange.sql.tree import kind


def unknown(around: Around, kinds: Collection[str], what: str) -> Iterator[Remark]:
    """That it is not known `what`, unless a statement of these kinds came before and said so."""
    if not any(one.node is not None and (not kinds or kind(one.node) in kinds) for one in around.earlier):
        yield Remark(message=f"Without a catalog it is not known {what}.", verdict=Verdict.UNKNOWN)
