"""Checks of a test's own, beside those that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest

from seachange import checks as package
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.lint import page
from seachange.sql.edit import Edit
from seachange.sql.migration import Written

WHO_LOOK_THEM_UP = ("checks", "lint.wish", "lint.unused", "lint.sarif", "lint.page")


@contextmanager
def having(*more: Check) -> Iterator[None]:
    """While this lasts, these checks exist as well."""
    found = {**package.checks(), **{check.name: check for check in more}}
    with pytest.MonkeyPatch.context() as patch:
        for module in WHO_LOOK_THEM_UP:
            patch.setattr(import_module(f"seachange.{module}"), "checks", lambda: found)
        patch.setattr(page, "home", lambda check: ("naming", package))
        yield


def check(name: str, look: Callable[[Written, Around], Remarks], **more: object) -> Check:
    """One that looks at every statement."""
    told = {"code": name, "severity": Severity.WARNING, "needs": frozenset({Needs.STATEMENT}), "summary": name, **more}
    return Check(name=name, statement=look, **told)  # type: ignore[arg-type]


def replacing(name: str, old: str, new: str) -> Check:
    """One that would have `new` in a statement where `old` is."""

    def look(written: Written, around: Around) -> Remarks:
        del around
        at = written.text.encode().find(old.encode())
        if at >= 0:
            start = written.start + at
            edit = Edit(start, start + len(old.encode()), new, f"{new} is better")
            yield Remark(message=f"{old} is there.", at=at, edits=(edit,), safe=written.text.replace(old, new))

    return check(name, look)
