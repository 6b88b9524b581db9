"""The templates that migrations are written with."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from seachange.plan.formats import quoting


def text(template: str, **values: object) -> str:
    """What a template says with these values."""
    return _templates().get_template(f"{template}.j2").render(**values)


if TYPE_CHECKING:
    import jinja2


@cache
def _templates() -> jinja2.Environment:
    import jinja2  # late: only some plans are written as migrations

    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("seachange.plan.formats"),
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters = (quoting.python, quoting.java_script, quoting.doubled)
    templates.filters |= {one.__name__: one for one in filters}
    return templates
