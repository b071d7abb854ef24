"""Between the first step of a sign-in and its second: a signed note that lets nobody in by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.accounts.people import Person
from bot.privacy import vault
from bot.settings import Settings

#: For finding the telephone and typing a code; for setting up a telephone that has no app yet.
CODE_LASTS, ENROL_LASTS = timedelta(minutes=10), timedelta(minutes=30)


@dataclass(frozen=True)
class Step:
    """Somebody has proven the first factor. It counts while `epoch` is still the account's."""

    staff_id: int
    epoch: int
    #: Where they wanted to go.
    where: str
    #: Of a telephone that is being set up, as it will be kept once its first code is right; else empty.
    secret: str = ""


class Steps:
    """Signs and reads them. They lie in a form, never in a cookie: no browser is half signed in."""

    def __init__(self, settings: Settings) -> None:
        key = settings.secret_key
        self._codes = URLSafeTimedSerializer(key, salt="second step")
        self._enrolments = URLSafeTimedSerializer(key, salt="second factor set up")

    def code(self, person: Person, where: str) -> str:
        """For typing a code."""
        return str(self._codes.dumps([person.id, person.epoch, where]))

    def enrolment(self, person: Person, where: str, secret: str) -> str:
        """For setting up a telephone; the secret is sealed, though its owner sees it."""
        return str(self._enrolments.dumps([person.id, person.epoch, where, vault.cipher().seal(secret)]))

    def of_code(self, token: str) -> Step | None:
        """None for one that we did not sign, or that is too old."""
        return _read(self._codes, token, CODE_LASTS)

    def of_enrolment(self, token: str) -> Step | None:
        """The same; raises CannotOpen where the key is gone."""
        step = _read(self._enrolments, token, ENROL_LASTS)
        return step and Step(step.staff_id, step.epoch, step.where, vault.cipher().open(step.secret))


def _read(signer: URLSafeTimedSerializer, token: str, lasts: timedelta) -> Step | None:
    try:
        told = signer.loads(token, max_age=int(lasts.total_seconds()))
    except BadSignature:
        return None
    return Step(*told)
