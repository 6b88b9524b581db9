"""From a source to the catalog that it holds."""

from __future__ import annotations

from pathlib import Path

from seachange.catalog.catalog import Catalog
from seachange.catalog.snapshot import load
from seachange.errors import NotComplete
from seachange.postgres.connection import connected
from seachange.postgres.extract import extract


def read(source: str, *, cluster: bool = False, strict: bool = False) -> Catalog:
    """The state that `source` holds."""
    if source.endswith(".snapshot"):
        return load(Path(source).read_bytes(), source)
    with connected(source) as connection:
        catalog = extract(connection, cluster=cluster)
    if strict and catalog.origin.findings:
        raise NotComplete(catalog.origin.findings[0].message)
    return catalog
