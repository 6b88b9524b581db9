"""Names and values as SQL has them.  Every name is quoted by one function here, every value by one other."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
KEYWORDS = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "authorization",
        "between",
        "bigint",
        "binary",
        "bit",
        "boolean",
        "both",
        "case",
        "cast",
        "char",
        "character",
        "check",
        "coalesce",
        "collate",
        "collation",
        "column",
        "concurrently",
        "constraint",
        "create",
        "cross",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "dec",
        "decimal",
        "default",
        "deferrable",
        "desc",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "exists",
        "extract",
        "false",
        "fetch",
        "float",
        "for",
        "foreign",
        "freeze",
        "from",
        "full",
        "grant",
        "greatest",
        "group",
        "grouping",
        "having",
        "ilike",
        "in",
        "initially",
        "inner",
        "inout",
        "int",
        "integer",
        "intersect",
        "interval",
        "into",
        "is",
        "isnull",
        "join",
        "json",
        "json_array",
        "json_arrayagg",
        "json_exists",
        "json_object",
        "json_objectagg",
        "json_query",
        "json_scalar",
        "json_serialize",
        "json_table",
        "json_value",
        "lateral",
        "leading",
        "least",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "merge_action",
        "national",
        "natural",
        "nchar",
        "none",
        "normalize",
        "not",
        "notnull",
        "null",
        "nullif",
        "numeric",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "out",
        "outer",
        "overlaps",
        "overlay",
        "placing",
        "position",
        "precision",
        "primary",
        "real",
        "references",
        "returning",
        "right",
        "row",
        "select",
        "session_user",
        "setof",
        "similar",
        "smallint",
        "some",
        "substring",
        "symmetric",
        "system_user",
        "table",
        "tablesample",
        "then",
        "time",
        "timestamp",
        "to",
        "trailing",
        "treat",
        "trim",
        "true",
        "union",
        "unique",
        "user",
        "using",
        "values",
        "varchar",
        "variadic",
        "verbose",
        "when",
        "where",
        "window",
        "with",
        "xmlattributes",
        "xmlconcat",
        "xmlelement",
        "xmlexists",
        "xmlforest",
        "xmlnamespaces",
        "xmlparse",
        "xmlpi",
        "xmlroot",
        "xmlserialize",
        "xmltable",
    ]
)
"""Every word that some version of PostgreSQL from 14 to 18 reserves in some place."""


def name(identifier: str) -> str:
    """An identifier, quoted where PostgreSQL would read something else."""
    if _PLAIN.match(identifier) and identifier not in KEYWORDS:
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def path(names: Iterable[str]) -> str:
    """A qualified name."""
    return ".".join(map(name, names))


def unquoted(qualified: str) -> tuple[str, ...]:
    """The names in a qualified name as PostgreSQL writes it."""
    found, quoted = [""], False
    for before, letter in zip(" " + qualified, qualified, strict=False):
        if letter == '"':
            found[-1] += '"' if before == '"' and not quoted else ""
            quoted = not quoted
        elif letter == "." and not quoted:
            found.append("")
        else:
            found[-1] += letter
    return tuple(found)


def listed(identifiers: Iterable[str]) -> str:
    """Identifiers with commas between them."""
    return ", ".join(map(name, identifiers))


def literal(text: str) -> str:
    """A string constant, whatever standard_conforming_strings says."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def body(text: str) -> str:
    """A function's body between dollar quotes that do not occur in it."""
    tag = ""
    while f"${tag}$" in text or (text + "$").endswith(f"${tag}$"):
        tag = f"{tag}x" if tag else "body"
    return f"${tag}${text}${tag}$"
