"""Plans are tried on two versions each in a normal run: the newest, and one of the others, which another test has."""

from __future__ import annotations

import zlib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.real.mirrors import ALL

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With SEACHANGE_TESTS=all each test runs on every version."""
    if ALL:
        return
    versions: defaultdict[str, set[int]] = defaultdict(set)
    for item in items:
        if (major := _major(item)) is not None:
            versions[_base(item)].add(major)
    left_out = [item for item in items if (major := _major(item)) is not None and major not in _chosen(item, versions)]
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def _major(item: pytest.Item) -> int | None:
    call = getattr(item, "callspec", None)
    return call.params.get("server") if call is not None and HERE in item.path.parents else None


def _base(item: pytest.Item) -> str:
    return item.nodeid.replace(f"pg{_major(item)}", "", 1)


def _chosen(item: pytest.Item, versions: dict[str, set[int]]) -> set[int]:
    """The same ones each time."""
    *others, newest = sorted(versions[_base(item)])
    number = zlib.crc32(_base(item).encode())
    return {newest, *([others[number % len(others)]] if others else ())}
