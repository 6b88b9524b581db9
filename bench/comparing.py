"""Compares two databases in one process, and says how long comparing took after both were read: one line of JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator

from seachange import compare, read
from seachange.catalog.catalog import Catalog

ROUNDS = 5


def main(current: str, desired: str) -> None:
    catalogs = read(current), read(desired)
    gc.collect()
    print(json.dumps({"seconds": min(_times(*catalogs)), "changes": len(compare(*catalogs).changes)}))


def _times(*catalogs: Catalog) -> Iterator[float]:
    """Each time with catalogs that remember nothing of the time before."""
    for _ in range(ROUNDS):
        new = [Catalog(catalog.facts, (), catalog.origin) for catalog in catalogs]
        began = time.perf_counter()
        compare(*new)
        yield time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
