"""The state that a database had before it was last migrated, as its ledger has kept it."""

from __future__ import annotations

from seachange.catalog.catalog import Catalog
from seachange.errors import NotPermitted
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Ledger, State, is_there
from seachange.postgres.source import Live, parse


def kept_before(target: str) -> tuple[Catalog | None, str]:
    """The state before the latest run that came to its end, and what to call it.

    None, and why, where `target` keeps none: it is no database, has no ledger, or one that we may not read.
    """
    source = parse(target)
    if not isinstance(source, Live):
        return None, ""
    try:
        with connected(source.conninfo) as session:
            if not is_there(session):
                return None, ""
            ledger = Ledger(session)
            for run in ledger.runs():
                if run.state is State.DONE:
                    return ledger.catalog(run.before), f"before run {run.run}, as the ledger has it"
    except NotPermitted as error:
        return None, f"not known: {error.message}"
    return None, ""
