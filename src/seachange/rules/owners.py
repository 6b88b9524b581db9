"""Who owns what."""

from __future__ import annotations

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.told import Owner
from seachange.catalog.ref import Ref
from seachange.rules.addresses import WHOLES


def owner_ref(target: Ref) -> Ref:
    """The address of what tells the owner of an object; a column's is that of what it is in."""
    if target.kind in WHOLES:
        return Ref("owner", target.names[:-1], (WHOLES[target.kind],))
    return Ref("owner", target.names, (target.kind, *target.args))


def owner_of(target: Ref, catalog: Catalog) -> str:
    """Who owns an object; a sequence that belongs to a column has the owner of the table.  Empty: it is not told."""
    owner = catalog.get(owner_ref(target))
    if isinstance(owner, Owner):
        return owner.role
    table: Path | None = getattr(catalog.get(target), "owned_by", None)
    owners = (owner_of(Ref(kind, table), catalog) for kind in ("table", "foreign table")) if table else ()
    return next(filter(None, owners), "")
