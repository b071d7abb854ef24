"""A strict OpenID Connect issuer in small: discovery, keys, and tokens for whoever proves that they began.

It speaks through httpx alone; `said` holds what a test wants it to say otherwise than it should.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://sso.example.gov.vn"
CLIENT, SECRET = "mot-cua", "a secret of the client"


class Issuer:
    """Knows one person. `went(address)` is a browser that signs in there, and gives what it brings back."""

    def __init__(self) -> None:
        self.key, self.other = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
        self.claims: dict[str, Any] = {"sub": "u-77", "email": "Lan@caobang.gov.vn", "email_verified": True}
        #: Claims, or "alg", "key", "id_token": what is said instead of what is right.
        self.said: dict[str, Any] = {}
        self.down = False
        self.discovery: dict[str, Any] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self.transport = httpx.MockTransport(self._answer)

    def went(self, address: str) -> dict[str, str]:
        """Refuses what the specifications refuse."""
        parts = urlsplit(address)
        told = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        assert (told["response_type"], told["client_id"], told["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in told["scope"].split() and len(told["state"]) > 20 and len(told["nonce"]) > 20
        code = f"code-{len(self._codes)}"
        self._codes[code] = told
        return {"code": code, "state": told["state"]}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("nobody there", request=request)
        assert str(request.url).startswith(f"{ISSUER}/"), request.url
        return {
            "/.well-known/openid-configuration": self._published,
            "/token": self._token,
            "/keys": lambda _: httpx.Response(200, json={"keys": [{**self.key.as_dict(private=False), "use": "sig"}]}),
        }[request.url.path](request)

    def _published(self, _: httpx.Request) -> httpx.Response:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        told = {"issuer": ISSUER, **{name: f"{ISSUER}/{path}" for name, path in names.items()}}
        return httpx.Response(200, json={**told, **self.discovery})

    def _token(self, request: httpx.Request) -> httpx.Response:
        told = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
        asked = self._codes.pop(told.get("code", ""), None)
        digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fits = asked and asked["code_challenge"] == challenge and asked["redirect_uri"] == told.get("redirect_uri")
        if not fits or request.headers.get("authorization") != f"Basic {basic}":
            return httpx.Response(400, json={"error": "invalid_grant"})
        assert asked is not None
        return httpx.Response(200, json={"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        if "id_token" in self.said:
            return str(self.said["id_token"])
        now = int(time.time())
        right = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims}
        claims = {**right, **{name: value for name, value in self.said.items() if name not in ("alg", "key")}}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.said.get("alg") == "none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        return jwt.encode({"alg": "RS256"}, claims, self.other if self.said.get("key") == "other" else self.key)


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
