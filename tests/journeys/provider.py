"""A small OpenID provider on this machine: it lets in whoever it is told to, and signs what it says."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "fournets", secrets.token_urlsafe(16)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Provider:
    """``who``: the subject of whoever sits at the browser; None when he presses cancel."""

    url: str = ""
    who: str | None = None
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        act = {
            "/.well-known/openid-configuration": self._configuration,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/jwks": self._keys,
        }[environ["PATH_INFO"]]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        sent = parse_qs(environ["wsgi.input"].read(length).decode() or environ["QUERY_STRING"])
        status, headers, body = act({name: values[0] for name, values in sent.items()}, environ)
        start(status, [*headers.items()])
        return [json.dumps(body).encode()]

    def _configuration(self, _: dict[str, str], __: Any) -> Any:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in names.items()}
        return _answer(found | {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"})

    def _authorize(self, sent: dict[str, str], _: Any) -> Any:
        code = secrets.token_urlsafe(8)
        said = {"code": code} if self.who else {"error": "access_denied"}
        self.asked[code] = sent | {"sub": self.who or ""}
        where = f"{sent['redirect_uri']}?{urlencode(said | {'state': sent['state']})}"
        return "302 Found", {"Location": where}, {}

    def _token(self, sent: dict[str, str], environ: Any) -> Any:
        asked = self.asked.pop(sent["code"])
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if proof != asked["code_challenge"] or SECRET not in (sent.get("client_secret"), _basic(environ)):
            return _answer({"error": "invalid_grant"}, "400 Bad Request")
        said = {"iss": self.url, "aud": CLIENT, "sub": asked["sub"], "exp": int(time.time()) + 60}
        token = jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "one"})
        return _answer({"access_token": asked["sub"], "id_token": token, "token_type": "Bearer"})

    def _userinfo(self, _: dict[str, str], environ: Any) -> Any:
        return _answer({"sub": environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")})

    def _keys(self, _: dict[str, str], __: Any) -> Any:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return _answer({"keys": [key | {"kid": "one", "alg": "RS256", "use": "sig"}]})


def _answer(body: dict[str, Any], status: str = "200 OK") -> Any:
    return status, {"Content-Type": "application/json"}, body


def _basic(environ: Any) -> str:
    said = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Basic ")
    return base64.b64decode(said).decode().partition(":")[2]


@contextmanager
def providing() -> Iterator[Provider]:
    """Runs the provider until the end."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider, handler_class=Quiet)
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
