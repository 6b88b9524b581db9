"""Writes a page for each check from its file and its cases, and the table of all, each time the manual is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seachange.checks import checks
from seachange.lint.page import grouped, page

PLACE = "<!-- checks -->"
PAGE = "reference/checks"
HERE = Path(__file__).parents[1]
PAGES = HERE / "reference" / "checks"
CASES = HERE.parent / "tests" / "checks" / "cases"
LONG = 2_000
"""Characters of a case beyond which it is no example."""


def pages() -> dict[str, str]:
    """The page of each check by its name, in Markdown."""
    return {name: page(check, _cases(name, "bad"), _cases(name, "good")) for name, check in checks().items()}


def table() -> str:
    """A table for each group, and the order of the pages."""
    return "\n".join((*_tables(), *_contents()))


def _cases(name: str, sort: str) -> dict[str, str]:
    found = {path.stem: path.read_text() for path in sorted((CASES / name).glob(f"{sort}_*.sql"))}
    return {stem: text for stem, text in found.items() if len(text) <= LONG}


def _tables() -> Iterator[str]:
    for title, found in grouped():
        yield f"## {title}\n\n| code | name | severity | is about |\n|---|---|---|---|"
        for check in found:
            severity = f"{check.severity.value}{', optional' if check.optional else ''}"
            yield f"| {check.code} | [{check.name}](checks/{check.name}.md) | {severity} | {_cell(check.summary)} |"
        yield ""


def _contents() -> Iterator[str]:
    yield "```{toctree}\n:hidden:\n"
    yield from (f"checks/{check.name}" for _, found in grouped() for check in found)
    yield "```"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _write(app: object) -> None:
    """Only what is new, so that Sphinx need not read the rest again; what is no check any more goes."""
    del app
    written = pages()
    PAGES.mkdir(exist_ok=True)
    for path in PAGES.glob("*.md"):
        if path.stem not in written:
            path.unlink()
    for name, text in written.items():
        path = PAGES / f"{name}.md"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def _fill(app: object, name: str, content: list[str]) -> None:
    if name == PAGE:
        content[0] = content[0].replace(PLACE, table())


def _outdated(*told: object) -> list[str]:
    """The table, whenever the manual is made: what it lists stands elsewhere."""
    del told
    return [PAGE]


def setup(app) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("builder-inited", _write)
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True}
