"""What would stop a run, found before its first step."""

from __future__ import annotations

from seachange.apply.terms import Terms
from seachange.catalog.catalog import Catalog
from seachange.finding import Finding
from seachange.plan.folder import Folder
from seachange.postgres.backup import Session


def check(session: Session, folder: Folder, catalog: Catalog, terms: Terms) -> tuple[Finding, ...]:
    """What somebody should know before the first step.

    `catalog` is the state that the database is in.  Raises NotPermitted, with all that is missing and what would help,
    where a step is sure to fail.
    """
    return ()
