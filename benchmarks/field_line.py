"""A bad line between a phone and the register: some answers never arrive, some requests arrive twice."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SENDING, HELLO = "/field/records/", "/field/hello/"
OWN = {"connection", "transfer-encoding", "content-length", "keep-alive"}
FINE, CUT, DOUBLED = "fine", "cut", "doubled"


class Line(ThreadingHTTPServer):
    """Where the phone finds the register, and what went wrong so far."""

    def __init__(self, register: str, chance: random.Random, faults: float, at_once: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.register, self.chance, self.faults, self.at_once = register, chance, faults, at_once
        self.address = f"http://localhost:{self.server_port}"
        self.requests = self.cut = self.doubled = 0
        self.lock = threading.Lock()

    def fate(self, sends: bool) -> str:
        """What becomes of a request."""
        with self.lock:
            one = self.chance.random() if sends else 1.0
            self.requests += sends
            self.cut += one < self.faults
            self.doubled += self.faults <= one < 2 * self.faults
        return CUT if one < self.faults else DOUBLED if one < 2 * self.faults else FINE

    def handle_error(self, *_: object) -> None:
        """A killed phone ends its connections as it likes."""


class Handler(BaseHTTPRequestHandler):
    """Hands one request on, and the answer back."""

    protocol_version = "HTTP/1.1"
    server: Line

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = self.server.fate(self.command == "POST" and self.path.startswith(SENDING))
        answer = self._ask(body)
        if fate == DOUBLED:
            answer = self._ask(body)
        if fate == CUT:  # committed there, never heard of here
            self.close_connection = True
            self.connection.close()
            return
        self._hand_back(*answer)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        to = urlsplit(self.server.register)
        link = http.client.HTTPConnection(str(to.hostname), to.port)
        headers = {name: text for name, text in self.headers.items() if name.lower() != "connection"}
        link.request(self.command, self.path, body or None, headers)
        answer = link.getresponse()
        content = answer.read()
        link.close()
        if self.path.startswith(HELLO) and answer.status == 200:
            content = json.dumps(json.loads(content) | {"batch": self.server.at_once}).encode()
        return answer.status, answer.getheaders(), content

    def _hand_back(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, text in headers:
            if name.lower() not in OWN:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_HEAD = _pass

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def line(register: str, chance: random.Random, *, faults: float, at_once: int) -> Iterator[Line]:
    """Hands requests on. Of those that send records, so many answers are cut once they are there, and so many are handed over
    twice. The phone is told to send ``at_once`` records in one request.
    """
    server = Line(register, chance, faults, at_once)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
