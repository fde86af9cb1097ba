"""A bad line between a phone and the register: some answers never arrive, some requests arrive twice."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SENDING, HELLO = "/field/records/", "/field/hello/"
OWN = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass
class Line:
    """Where the phone finds the register, and what went wrong so far."""

    address: str
    requests: int = 0
    cut: int = 0
    doubled: int = 0


@contextmanager
def line(register: str, chance: random.Random, *, faults: float, at_once: int) -> Iterator[Line]:
    """Hands requests on. Of those that send records, so many answers are cut once they are there, and so many are handed over
    twice. The phone is told to send ``at_once`` records in one request.
    """
    told, lock = Line(""), threading.Lock()
    host, port = urlsplit(register).hostname, urlsplit(register).port

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sends = self.command == "POST" and self.path.startswith(SENDING)
            with lock:
                fault = chance.random() if sends else 1.0
                told.requests += sends
                told.cut += fault < faults
                told.doubled += faults <= fault < 2 * faults
            answer = self._ask(body)
            if faults <= fault < 2 * faults:
                answer = self._ask(body)
            if fault < faults:  # committed there, never heard of here
                self.close_connection = True
                self.connection.close()
                return
            self._hand_back(*answer)

        def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            link = http.client.HTTPConnection(str(host), port)
            headers = {name: text for name, text in self.headers.items() if name.lower() != "connection"}
            link.request(self.command, self.path, body or None, headers)
            answer = link.getresponse()
            content = answer.read()
            link.close()
            if self.path.startswith(HELLO) and answer.status == 200:
                content = json.dumps(json.loads(content) | {"batch": at_once}).encode()
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a killed phone ends its connections as it likes
    told.address = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
