"""Functions that core has under another name."""

from __future__ import annotations

from tests.plugins.servers import Server
from tests.repairs.mending import keys, mended, texts


def test_core_has_it(server: Server, database: str) -> None:
    found = mended(
        database, "", "CREATE TABLE t (id uuid DEFAULT  uuid_generate_v4( ) , n text DEFAULT 'uuid_generate_v4()')"
    )
    assert texts(found) == [
        "CREATE TABLE t (id uuid DEFAULT  gen_random_uuid( ) , n text DEFAULT 'uuid_generate_v4()')"
    ]
    assert keys(found) == ["missing-function uuid_generate_v4"]
