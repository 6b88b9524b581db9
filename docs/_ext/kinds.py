"""Writes the table of kinds from the facts themselves, so that the manual cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import KINDS, Fact
from seachange.catalog.queries import name_of

PLACE = "<!-- kinds -->"
PAGE = "reference/kinds"
MARKS = {
    "derived": "It comes and goes with its owner.",
    "told": "It says something of another object.",
    "cluster": "It belongs to the server and is read with `--cluster`.",
    "left": "A script that does not speak of it leaves it as it is.",
    "schemaless": "It lives in no schema.",
}


def kinds() -> str:
    """A section for each kind, in the order of their names."""
    return "\n".join(line for name in sorted(KINDS) for line in _kind(name, KINDS[name]))


def _kind(name: str, kind: type[Fact]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{_docstring(kind)}\n"
    yield from (f"- {words}" for mark, words in MARKS.items() if getattr(kind, mark))
    yield f"- Its query is `{name_of(name)}.sql`.\n"
    fields = kind.__struct_fields__[2:]
    if fields:
        yield "| field | where nothing was asked for | |\n|---|---|---|"
        defaults = kind.__struct_defaults__[1:]
        yield from (_field(kind, field, default) for field, default in zip(fields, defaults, strict=True))
        yield ""


def _docstring(kind: type[Fact]) -> str:
    """Of the kind itself; its lines are indented as the class is."""
    return "\n".join(line.strip() for line in (kind.__doc__ or "").strip().splitlines())


def _field(kind: type[Fact], field: str, default: object) -> str:
    return f"| `{field}` | {_shown(default)} | {'not compared' if field in kind.aside else ''} |"


def _shown(default: object) -> str:
    match default:
        case None | () | "":
            return "none"
        case bool():
            return "yes" if default else "no"
        case tuple():
            return ", ".join(f"`{value}`" for value in default)
        case _:
            return f"`{default}`"


def _fill(app: object, name: str, content: list[str]) -> None:
    if name == PAGE:
        content[0] = content[0].replace(PLACE, kinds())


def setup(app) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True}
