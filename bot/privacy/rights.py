"""Rights as a citizen uses them in the chat: agree or not, see what is kept, get it as a file, have it erased.

`recognise` looks, before the engine is asked, and returns what is to be done as an effect; `carry_out` does it in the
transaction of the turn. Whose question a button answers is looked up each time: a page can send any payload.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import Connection

from bot import site_settings
from bot.conversation import Button, Kind, Reply
from bot.conversation.answer import Answer
from bot.handover import opening, phrases
from bot.handover.reasons import Reason
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.privacy import consent, erasing, erasure, export, holdings, people, spans
from bot.privacy.consent import Decision, Purpose
from bot.privacy.erasure import Status
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from bot.words import words

Effect = dict[str, Any]
#: What effects are called, and what buttons carry.
EFFECT = "privacy"
_PRESSED = re.compile(
    r'/privacy\{"do": "(?P<do>kept|give|ask|agree|refuse|no_call|confirm|keep)"(?:, "id": (?P<id>\d{1,9}))?\}', re.ASCII
)
_DECIDED = re.compile(r'/consent\{"do": "(?P<do>agree|refuse|more)"\}')
#: Whole messages that ask for one of these, by key of what they may be.
_SAID = {"rights.say_kept": "kept", "rights.say_give": "give", "rights.say_delete": "ask"}
#: Longest message that may be one.
_LONGEST = 80


def payload(do: str, **more: int) -> str:
    """What a button stands for."""
    return f"/privacy{json.dumps({'do': do, **more})}"


def recognise(looking: Connection, claimed: Claimed, site: str) -> Effect | None:
    """The effect that a message about somebody's own data asks for; None for any other message.

    `site` is the address that links begin with; empty where there is none.
    """
    if claimed.payload:
        told = _PRESSED.fullmatch(claimed.payload) or _DECIDED.fullmatch(claimed.payload)
        named = told.groupdict() if told else {}
        return _effect(named["do"], site, int(named.get("id") or 0)) if told else None
    if claimed.kind is not Kind.TEXT or len(claimed.text) > _LONGEST:
        return None
    asked = next((do for key, do in _SAID.items() if phrases.said(claimed.text, key)), "")
    asked = asked or consent.said(looking, claimed)
    return _effect(asked, site) if asked else None


def sited(answer: Answer, site: str) -> Answer:
    """An answer of the engine, whose effects about somebody's own data know where links begin."""
    told = (effect | {"site": site} if effect["type"] == EFFECT else effect for effect in answer.effects)
    return replace(answer, effects=tuple(told))


def carry_out(connection: Connection, claimed: Claimed, effect: Effect) -> None:
    """Does what an effect "privacy" asks for, and answers."""
    _DO[effect["do"]](_Asked(connection, claimed, str(effect.get("site", ""))), int(effect.get("id", 0)))


def _effect(do: str, site: str, id_: int = 0) -> Effect:
    return {"type": EFFECT, "do": do, "site": site, "id": id_}


@dataclass(frozen=True)
class _Asked:
    """Who asks, and how they are answered."""

    connection: Connection
    claimed: Claimed
    site: str

    @property
    def conversation_id(self) -> int:
        return self.claimed.conversation_id

    @property
    def language(self) -> str:
        # As it is by now: the action may have answered in another language than the message before.
        return people.language(people.row_of(self.connection, self.conversation_id).memory)

    def word(self, key: str, **values: Any) -> str:
        return words().say(key, self.language, **values)

    def say(self, text: str, buttons: dict[str, str] | None = None, encloses: str = "") -> None:
        shown = tuple(Button(self.word(title), what) for title, what in (buttons or {}).items())
        where = (self.conversation_id, self.claimed.channel)
        outbox.post(self.connection, *where, Reply(text, shown, encloses), self.claimed.id, self.language)

    def link(self, path: str) -> str:
        return f"{self.site}{path}" if self.site else ""


def _kept(asked: _Asked, _: int) -> None:
    told = [holdings.told(asked.connection, asked.conversation_id, asked.language), asked.word("rights.no_need")]
    if asked.site:
        told.append(asked.word("rights.more", link=asked.link("/privacy")))
    agreed = consent.agreed(asked.connection, asked.conversation_id)
    change = {"rights.withdraw": payload("refuse")} if agreed else {"consent.yes": payload("agree")}
    asked.say("\n".join(told), {"rights.give": payload("give"), "rights.delete": payload("ask"), **change})


def _give(asked: _Asked, _: int) -> None:
    number, token = export.begin(asked.connection, asked.conversation_id)
    if not number:
        return asked.say(asked.word("rights.given_enough"))
    if not asked.site:
        return asked.say(asked.word("rights.given_nowhere"))
    link = asked.link(f"/privacy/data/{token}")
    return asked.say(asked.word("rights.given", link=link), encloses=f"data {number}")


def _ask(asked: _Asked, _: int) -> None:
    """Says what goes and what stays, and waits for a yes."""
    confirmed = erasure.of_person(asked.connection, asked.conversation_id, Status.CONFIRMED)
    if confirmed is not None:
        return _receipt(asked, confirmed, "rights.delete_known")
    question = erasure.ask(asked.connection, asked.conversation_id)
    ids = people.conversations(asked.connection, asked.conversation_id)
    told = [asked.word("rights.goes"), asked.word("rights.stays")]
    if len(ids) > 1:
        told.append(asked.word("rights.goes_joined", n=len(ids)))
    if erasing.open_cases(asked.connection, ids, now()):
        told.append(asked.word("rights.open_case"))
    told.append(asked.word("rights.sure"))
    buttons = {"rights.confirm": payload("confirm", id=question.id), "rights.keep": payload("keep", id=question.id)}
    return asked.say("\n".join(told), buttons)


def _confirm(asked: _Asked, id_: int) -> None:
    """A second press reads the same receipt again; a button of long ago, or somebody else's, does nothing."""
    before = erasure.of_person(asked.connection, asked.conversation_id, Status.CONFIRMED)
    confirmed = erasure.confirm(asked.connection, id_, asked.conversation_id)
    if confirmed is None:
        return _receipt(asked, before, "rights.delete_known") if before else asked.say(asked.word("rights.stale"))
    if before is not None:
        return _receipt(asked, confirmed, "rights.delete_known")
    waits = [_tell_staff(asked, one) for one in people.conversations(asked.connection, asked.conversation_id)]
    return _receipt(asked, confirmed, "rights.receipt_case" if any(waits) else "rights.receipt")


def _receipt(asked: _Asked, one: erasure.Erasure, key: str) -> None:
    told = [asked.word(key, code=one.code)]
    if asked.site:
        told.append(asked.word("rights.status_at", link=asked.link(f"/privacy/{one.code}")))
    asked.say("\n".join(told))


def _tell_staff(asked: _Asked, conversation_id: int) -> bool:
    """Staff read beside an open case that its citizen wants to be forgotten."""
    row = opening.open_of(asked.connection, conversation_id)
    if row is None:
        return False
    reasons = dict.fromkeys([*row.reason.split(", "), Reason.DELETE_ME.value])
    mine = update(handover).where(handover.c.id == row.id)
    asked.connection.execute(mine.values(reason=", ".join(reasons)))
    return True


def _keep(asked: _Asked, id_: int) -> None:
    kept = erasure.keep(asked.connection, id_, asked.conversation_id)
    asked.say(asked.word("rights.kept_all" if kept else "rights.stale"))


def _agree(asked: _Asked, _: int) -> None:
    consent.decide(asked.connection, asked.conversation_id, Decision.AGREED, asked.language)
    days = site_settings.current(asked.connection).days("words")
    asked.say(asked.word("consent.agreed", words=spans.days(days, asked.language)))


def _refuse(asked: _Asked, _: int) -> None:
    """Also taking back a yes: in all conversations of the person."""
    for one in people.conversations(asked.connection, asked.conversation_id):
        consent.decide(asked.connection, one, Decision.REFUSED, asked.language)
    days = site_settings.current(asked.connection).days("unagreed")
    asked.say(asked.word("consent.refused", unagreed=spans.days(days, asked.language)))


def _more(asked: _Asked, _: int) -> None:
    told = [asked.word("consent.whole"), asked.word("consent.others")]
    if asked.site:
        told.append(asked.word("rights.more", link=asked.link("/privacy")))
    asked.say("\n".join(told), {"consent.yes": payload("agree"), "consent.no": payload("refuse")})


def _no_call(asked: _Asked, _: int) -> None:
    """Nobody calls: name and number go at once."""
    ids = people.conversations(asked.connection, asked.conversation_id)
    gone = update(conversation).where(conversation.c.id.in_(ids)).values(contact_name=None, contact_phone=None)
    asked.connection.execute(gone)
    for one in ids:
        consent.decide(asked.connection, one, Decision.REFUSED, asked.language, Purpose.CALL)
    asked.say(asked.word("rights.no_call_done"))


_DO: dict[str, Callable[[_Asked, int], None]] = {
    **{"kept": _kept, "give": _give, "ask": _ask, "confirm": _confirm, "keep": _keep},
    **{"agree": _agree, "refuse": _refuse, "more": _more, "no_call": _no_call},
}
