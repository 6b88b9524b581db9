"""The nodes of PostgreSQL's grammar, by the names that they have in its source: CreateStmt, IndexStmt, ColumnDef.

Which fields one has, `parsenodes.h` and `primnodes.h` of PostgreSQL 18 tell, here in snake case.
"""

from __future__ import annotations

from typing import Any

from postgast import pg_query_pb2


def __getattr__(name: str) -> Any:  # what protobuf generated has no types that mypy can read
    return getattr(pg_query_pb2, name)
