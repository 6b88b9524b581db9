"""SQL as text within another language, line by line as it is, so that people can read it."""

from __future__ import annotations


def python(sql: str) -> str:
    """A string of Python's."""
    text = sql.replace("\\", "\\\\").replace("\r", "\\r")
    if '"""' in text or text.endswith('"'):
        text = text.replace('"', '\\"')
    return f'"""{text}"""'


def java_script(sql: str) -> str:
    """A template of JavaScript's that has nothing to fill in."""
    text = sql.replace("\\", "\\\\").replace("\r", "\\r").replace("`", "\\`").replace("${", "\\${")
    return f"`{text}`"


def doubled(sql: str) -> str:
    """`sql` for SQLAlchemy's DDL, to which a per cent sign means something."""
    return sql.replace("%", "%%")
