"""The page of a check, made from its file; and the table of all checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seachange.checks import GROUPS, checks, home
from seachange.checks.check import Check, Needs

TITLES = {
    "locking": "Locks",
    "rewrites": "Tables written anew or read whole",
    "losing": "What is lost",
    "correctness": "What does not work, or not as it reads",
    "security": "Who may do what",
    "compatibility": "What applications and other versions meet",
    "performance": "What makes a database slow",
    "naming": "Names, types and habits",
}
_NEEDS = {
    Needs.STATEMENT: "the statement",
    Needs.CATALOG: "a catalog",
    Needs.DATA: "rows",
    Needs.SIZES: "sizes of tables",
    Needs.ACTIVITY: "who is at work",
}


def page(check: Check, bad: Mapping[str, str] | None = None, good: Mapping[str, str] | None = None) -> str:
    """In Markdown.  `bad` and `good` are cases by their names."""
    return "\n\n".join(_parts(check, bad or {}, good or {})) + "\n"


def summary(check: Check) -> str:
    """What is wrong, in a sentence."""
    return _documented(check)[0]


def group(check: Check) -> str:
    """The group that it belongs to."""
    return home(check)[0]


def grouped() -> Iterator[tuple[str, list[Check]]]:
    """All checks, group by group."""
    for name in GROUPS:
        if found := [check for check in checks().values() if group(check) == name]:
            yield TITLES[name], found


def needs(check: Check) -> str:
    """What it has to see, in words."""
    return ", ".join(_NEEDS[one] for one in Needs if one in check.needs)


def _parts(check: Check, bad: Mapping[str, str], good: Mapping[str, str]) -> Iterator[str]:
    yield f"# {check.name}"
    yield from _documented(check)
    yield "\n".join(f"- {trait}" for trait in _traits(check))
    yield from _cases("Flagged", bad)
    yield from _cases("Not flagged", good)


def _documented(check: Check) -> list[str]:
    """The paragraphs of its file's docstring."""
    return (home(check)[1].__doc__ or check.summary).strip().split("\n\n")


def _traits(check: Check) -> Iterator[str]:
    yield f"Code: {check.code}"
    yield f"Severity: {check.severity.value}{', told only where a project asks for it' if check.optional else ''}"
    yield f"Looks at: {needs(check)}"
    if check.same_as:
        yield f"Elsewhere: {', '.join(check.same_as)}"


def _cases(title: str, cases: Mapping[str, str]) -> Iterator[str]:
    if cases:
        yield f"## {title}"
        for name, sql in cases.items():
            yield f"{name.partition('_')[2].replace('_', ' ').capitalize()}:\n\n```postgresql\n{sql.strip()}\n```"
