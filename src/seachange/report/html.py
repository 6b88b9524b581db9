"""A report as one page that stands alone: it asks the network for nothing and can be mailed, archived and printed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import jinja2
import msgspec

from seachange.report import MARKS, Field, Item, Report, Tree, members
from seachange.report.chart import happened, key, lengths, seconds, stretches, ticks
from seachange.report.lines import clean, diff, long

SCRIPT_ENDS = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
"""What could end the script element that holds the tree, and how JSON spells it otherwise."""

SHOWN = 16
"""How many bars stand open; the others fold."""


def html(report: Report) -> str:
    """The page: what is short is in its markup, the tree in JSON that its script unfolds as people look at it."""
    loader = jinja2.PackageLoader("seachange.report")
    page = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {"moment": _moment, "clean": clean, "code": partial(clean, keep="\n\t"), "seconds": seconds}
    page.filters |= {
        "stretches": stretches,
        "ticks": ticks,
        "lengths": lengths,
        "key": key,
        "happened": happened,
        "zip": zip,
    }
    trees = [section for section in report.sections if isinstance(section, Tree)]
    return page.get_template("page.html").render(
        report=report,
        marks=MARKS,
        shown=SHOWN,
        kinds=sorted({item.kind for tree in trees for item in members(tree.items) if item.verb}),
        tree=embedded([_packed(item) for tree in trees for item in tree.items]) if trees else "",
    )


def embedded(content: object) -> str:
    """JSON that may stand within a script element, whatever names it holds."""
    text = msgspec.json.encode(content).decode()
    for letter, spelled in SCRIPT_ENDS:
        text = text.replace(letter, spelled)
    return text


def _packed(item: Item) -> dict[str, object]:
    """An item for the page's script, without what is empty."""
    packed = {
        "v": item.verb,
        "k": item.kind,
        "n": clean(item.name),
        "s": clean(item.summary),
        "f": [_sides(field, item.verb) for field in item.fields],
        "p": [_packed(part) for part in item.parts],
    }
    return {key: value for key, value in packed.items() if value}


def _sides(field: Field, verb: str) -> list[object]:
    """A field with its value on each side; of long ones that differ, the lines that do."""
    if verb == "alter" and long(field):
        return [field.name, None, None, [clean(line, "\t") for line in diff(field)]]
    return [field.name, *(side and clean(side, "\n\t") for side in (field.before, field.after))]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname() or ''}".rstrip()
