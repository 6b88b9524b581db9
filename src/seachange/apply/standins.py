"""What others build at this moment."""

from __future__ import annotations

from typing import Any

from seachange.apply.terms import Backup, Listener, Terms
from seachange.catalog.catalog import Catalog
from seachange.finding import Finding
from seachange.plan.folder import Folder


def check(session: Any, folder: Folder, catalog: Catalog, terms: Terms) -> tuple[Finding, ...]:
    return ()


def back_up(target: str, session: Any, backup: Backup, hears: Listener) -> str:
    return ""
