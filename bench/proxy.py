"""Stands between a client and the server, and counts how often the client has to wait for an answer."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select

from psycopg.conninfo import conninfo_to_dict, make_conninfo

SILENCE = 0.1
"""Seconds that an answer is held back, to see whether the client asks on without it."""
CHUNK = 1 << 16


class Counted:
    """Round trips so far, in all connections made through `conninfo`."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.turns = 0

    def relay(self, client: socket.socket, server: socket.socket) -> None:
        """Until one of them leaves.  What the client says goes first: a turn ends when it has no more to say."""
        asked = False
        while True:
            ready, _, _ = select([client, server], [], [])
            if client not in ready and asked:
                ready = select([client], [], [], SILENCE)[0] or [server]
            source, target = (client, server) if client in ready else (server, client)
            if not (said := source.recv(CHUNK)):
                return
            self.turns += source is server and asked
            asked = source is client
            target.sendall(said)


@contextmanager
def counted(conninfo: str) -> Iterator[Counted]:
    """A conninfo that leads to the same server by way of us.  The server listens on a socket of this machine."""
    parameters = conninfo_to_dict(conninfo)
    socket_name = f".s.PGSQL.{parameters['port']}"
    with tempfile.TemporaryDirectory(prefix="seachange-bench-") as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(Path(folder, socket_name)))
        listener.listen()
        here = Counted(make_conninfo(conninfo, host=folder))
        there = str(Path(str(parameters["host"]), socket_name))
        accepting = threading.Thread(target=_accept, args=(listener, there, here), daemon=True)
        accepting.start()
        yield here
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listener: socket.socket, there: str, here: Counted) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, there, here), daemon=True).start()


def _serve(client: socket.socket, there: str, here: Counted) -> None:
    with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
        server.connect(there)
        here.relay(client, server)
