"""The province's own sign-in (OpenID Connect): code flow with PKCE, state and nonce; nothing is believed unsigned.

It lets in only people who have an account here: the first time by a verified e-mail address that an admin has written,
from then on by what the issuer calls them. Its answers are checked as OpenID Connect Core 1.0, 3.1.3.7 says.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.errors import ProvinceRefused, ProvinceSilent
from bot.settings import Settings

#: Seconds to wait for the issuer, and by how many its clock may be off.
PATIENCE, LEEWAY = 5.0, 60
#: Signatures with a key pair alone: with a shared secret, or none, anybody could write what the issuer says.
_SIGNED = ["RS256", "ES256", "PS256"]
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Asked:
    """What a browser keeps while somebody is at the province's sign-in."""

    state: str
    nonce: str
    #: Of PKCE: only who began can finish.
    verifier: str


@dataclass(frozen=True)
class Told:
    """What the issuer says of somebody."""

    issuer: str
    subject: str
    #: In small letters; empty where the issuer has not verified it.
    email: str


def button(settings: Settings) -> str:
    """What the button of the province's sign-in says; empty where it is off."""
    on = settings.oidc_issuer and settings.oidc_client_id
    return (settings.oidc_name or urlsplit(settings.oidc_issuer).netloc) if on else ""


class Province:
    """Speaks to the issuer, and to no address that a browser brings."""

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        """`transport`: a double of the network for tests."""
        self._settings, self._transport = settings, transport
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._back = f"{settings.base_url.rstrip('/')}/login/province/back"
        self._known: dict[str, Any] = {}

    def begin(self) -> tuple[str, Asked]:
        """Where the browser goes, and what it must bring back. Raises ProvinceSilent, ProvinceRefused."""
        asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._client() as client:
            where = self._where(client)["authorization_endpoint"]
        known = {"redirect_uri": self._back, "scope": "openid email", "state": asked.state, "nonce": asked.nonce}
        known |= {"code_challenge": create_s256_code_challenge(asked.verifier), "code_challenge_method": "S256"}
        return str(prepare_grant_uri(where, self._settings.oidc_client_id, "code", **known)), asked

    def finish(self, code: str, asked: Asked) -> Told:
        """Who came back with this code. Raises ProvinceSilent, ProvinceRefused."""
        known, auth = self._settings, None
        given = {"grant_type": "authorization_code", "code": code, "code_verifier": asked.verifier}
        given |= {"redirect_uri": self._back, "client_id": known.oidc_client_id}
        if known.oidc_client_secret:
            # RFC 6749, 2.3.1: both are coded as a form's before they are joined.
            auth = (quote_plus(known.oidc_client_id), quote_plus(known.oidc_client_secret))
        with self._client() as client:
            where = self._where(client)
            token = self._json(client, where["token_endpoint"], data=given, auth=auth)
            keys = self._json(client, where["jwks_uri"])
        return self._read(str(token.get("id_token") or ""), keys, asked)

    def _client(self) -> httpx.Client:
        return httpx.Client(transport=self._transport, timeout=PATIENCE, follow_redirects=False)

    def _where(self, client: httpx.Client) -> dict[str, Any]:
        """What the issuer publishes of itself, read once."""
        if not self._known:
            found = self._json(client, f"{self._issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise ProvinceRefused("another issuer")
            scheme = urlsplit(self._issuer).scheme
            if any(urlsplit(str(found.get(name, ""))).scheme != scheme for name in _ENDPOINTS):
                raise ProvinceRefused("an address without TLS")
            self._known = found
        return self._known

    def _json(self, client: httpx.Client, address: str, **form: Any) -> dict[str, Any]:
        """What an address of the issuer answers. Raises ProvinceSilent, ProvinceRefused."""
        try:
            answer = client.request("POST" if form else "GET", address, **form)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProvinceSilent(type(error).__name__) from error
        if 400 <= answer.status_code < 500:
            raise ProvinceRefused(f"status {answer.status_code}")
        if answer.status_code != 200 or not isinstance(told, dict):
            raise ProvinceSilent(f"status {answer.status_code}")
        return told

    def _read(self, id_token: str, keys: Any, asked: Asked) -> Told:
        try:
            claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_SIGNED).claims
            self._rules(asked).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProvinceRefused(type(error).__name__) from error
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._settings.oidc_client_id:
            raise ProvinceRefused("meant for somebody else")
        email = str(claims.get("email") or "").strip().lower() if claims.get("email_verified") is True else ""
        return Told(self._issuer, str(claims["sub"]), email)

    def _rules(self, asked: Asked) -> jwt.JWTClaimsRegistry:
        rules: dict[str, Any] = {name: {"essential": True} for name in ("exp", "iat", "sub", "iss", "aud", "nonce")}
        rules["iss"]["values"] = [self._issuer, f"{self._issuer}/"]
        rules["aud"]["value"] = self._settings.oidc_client_id
        rules["nonce"]["value"] = asked.nonce
        return jwt.JWTClaimsRegistry(leeway=LEEWAY, **rules)
