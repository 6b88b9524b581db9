"""Stands between a client and its server, and notes what is carried out.  What either says is passed on unchanged.

Passwords go through it and are not looked at.  The client is told that there is no encryption on the short way to us;
if the server wants it, there is on the way from us.
"""

from __future__ import annotations

import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seachange.postgres.connection import PATIENCE
from seachange.postgres.wire import Conversation, Messages, Sent

Heard = Callable[[int, Sent], None]
"""Is told the number of a session and what it had carried out."""

_CHUNK = 1 << 16
_HEAD = struct.Struct("!ii")
_SSL, _GSS = 80877103, 80877104
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
_LOCAL = ("hostaddr", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding", "sslnegotiation")


@contextmanager
def relayed(conninfo: str, heard: Heard) -> Iterator[str]:
    """A conninfo that leads to the server of `conninfo` by way of us."""
    said = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    port = said.get("port", "5432")
    with tempfile.TemporaryDirectory(prefix="seachange-") as folder, _listening(said, Path(folder), port) as listener:
        here = str(folder) if listener.family == socket.AF_UNIX else "127.0.0.1"
        shown_port = port if listener.family == socket.AF_UNIX else str(listener.getsockname()[1])
        kept = {key: value for key, value in said.items() if key not in _LOCAL}
        accepting = _Accepting(listener, said, heard)
        accepting.start()
        try:
            yield make_conninfo("", **{**kept, "host": here, "port": shown_port, "sslmode": "disable"})
        finally:
            accepting.stop()


@contextmanager
def _listening(said: Mapping[str, str], folder: Path, port: str) -> Iterator[socket.socket]:
    """As the server does, on a socket of this machine or an address: a client may know only one of them."""
    local = said.get("host", "/").startswith("/")
    with socket.socket(socket.AF_UNIX if local else socket.AF_INET) as listener:
        listener.bind(str(folder / f".s.PGSQL.{port}") if local else ("127.0.0.1", 0))
        listener.listen()
        yield listener


class _Accepting(threading.Thread):
    """Lets clients in until it is stopped, each in a thread of its own."""

    def __init__(self, listener: socket.socket, server: Mapping[str, str], heard: Heard) -> None:
        super().__init__(daemon=True)
        self._listener = listener
        self._server = server
        self._heard = heard
        self._sessions: list[threading.Thread] = []

    def run(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                number = len(self._sessions)
                session = threading.Thread(target=self._serve, args=(client, number), daemon=True)
                self._sessions.append(session)
                session.start()

    def stop(self) -> None:
        """What was begun is heard to its end: the clients are gone, and their last words may still be on the way."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.join(PATIENCE)
        for session in self._sessions:
            session.join(PATIENCE)

    def _serve(self, client: socket.socket, number: int) -> None:
        with client, suppress(OSError):
            startup = _startup(client)
            with _connected(self._server) as server:
                server.sendall(startup)
                _relay(client, server, lambda sent: self._heard(number, sent))


def _startup(client: socket.socket) -> bytes:
    """The client's first message that asks for more than encryption."""
    while True:
        head = _exactly(client, _HEAD.size)
        length, code = _HEAD.unpack(head)
        if code not in (_SSL, _GSS):
            return head + _exactly(client, length - _HEAD.size)
        client.sendall(b"N")


def _exactly(client: socket.socket, count: int) -> bytes:
    said = b""
    while len(said) < count:
        more = client.recv(count - len(said))
        if not more:
            raise ConnectionResetError
        said += more
    return said


def _connected(said: Mapping[str, str]) -> socket.socket:
    host, port = said.get("host", "/tmp"), said.get("port", "5432")
    if host.startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(Path(host, f".s.PGSQL.{port}")))
        return server
    server = socket.create_connection((said.get("hostaddr", host), int(port)), PATIENCE)
    server.settimeout(None)
    return _encrypted(server, said, host) if said.get("sslmode") in _ENCRYPTED else server


def _encrypted(server: socket.socket, said: Mapping[str, str], host: str) -> socket.socket:
    server.sendall(_HEAD.pack(_HEAD.size, _SSL))
    if _exactly(server, 1) != b"S":
        raise ConnectionRefusedError
    context = ssl.create_default_context(cafile=said.get("sslrootcert"))
    context.check_hostname = said["sslmode"] == "verify-full"
    context.verify_mode = ssl.CERT_NONE if said["sslmode"] == "require" else ssl.CERT_REQUIRED
    if "sslcert" in said:
        context.load_cert_chain(said["sslcert"], said.get("sslkey"))
    return context.wrap_socket(server, server_hostname=host)


def _relay(client: socket.socket, server: socket.socket, heard: Callable[[Sent], None]) -> None:
    """Until one of them leaves.  What the client says is noted before it is passed on: no answer comes first."""
    conversation, asking, answering = Conversation(), Messages(), Messages()
    while True:
        waiting = isinstance(server, ssl.SSLSocket) and server.pending() > 0
        for source in [server] if waiting else select([client, server], [], [])[0]:
            said = source.recv(_CHUNK)
            if not said:
                return
            if source is client:
                for tag, body in asking.of(said):
                    conversation.asks(tag, body)
                server.sendall(said)
            else:
                for tag, body in answering.of(said):
                    for sent in conversation.answers(tag, body):
                        heard(sent)
                client.sendall(said)
