"""Values of settings, as SET has them."""

from __future__ import annotations

import csv

from seachange.sql.quote import literal, name

LISTS = frozenset(
    {
        *("local_preload_libraries", "search_path", "session_preload_libraries"),
        *("shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"),
    }
)
"""Settings whose value is a list of names, which PostgreSQL stores quoted: a quoted list would be one name."""


def assignment(setting: str, value: str) -> str:
    """What comes after SET.  The name of a setting that somebody made up has a dot in it."""
    return f"{setting_name(setting)} TO {setting_value(setting, value)}"


def setting_name(setting: str) -> str:
    return ".".join(map(name, setting.split(".")))


def setting_value(setting: str, value: str) -> str:
    if setting.lower() not in LISTS:
        return literal(value)
    names = next(csv.reader([value], skipinitialspace=True), [])
    return ", ".join(literal(name) for name in names) or "''"
