"""A server of this machine behind an address, as one on another machine is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from psycopg.conninfo import conninfo_to_dict, make_conninfo


@contextmanager
def by_address(conninfo: str) -> Iterator[str]:
    """The conninfo of the same database, by way of an address."""
    said = conninfo_to_dict(conninfo)
    path = f"{said['host']}/.s.PGSQL.{said['port']}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving: list[Thread] = []
        serving.append(Thread(target=_accept, args=(listener, path, serving), daemon=True))
        serving[0].start()
        yield make_conninfo(conninfo, host="127.0.0.1", port=listener.getsockname()[1], sslmode="prefer")
        listener.shutdown(socket.SHUT_RDWR)
        for thread in serving:
            thread.join(10)


def _accept(listener: socket.socket, path: str, serving: list[Thread]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            serving.append(Thread(target=_serve, args=(client, path), daemon=True))
            serving[-1].start()


def _serve(client: socket.socket, path: str) -> None:
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        back = Thread(target=_pass_on, args=(server, client), daemon=True)
        back.start()
        _pass_on(client, server)
        back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while more := source.recv(1 << 16):
            target.sendall(more)
        target.shutdown(socket.SHUT_WR)
