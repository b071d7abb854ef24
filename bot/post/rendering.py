"""Fits a reply to what a channel can show: buttons become numbers, long texts become several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.channels.port import Abilities, Asking, Choice, Enclosure, Part
from bot.conversation import Button, Outbound, Reply
from bot.post.menu import Menu, menu
from bot.words import words

#: Where a long text is parted, best first: paragraphs, lines, sentences, words.
_ENDS = ("\n\n", "\n", re.compile(r"[.!?…;:。！？；]+[\"”»)\]]*(?:\s|(?<=[。！？；]))"), " ")
#: A part shorter than this share of what fits is not worth a good end.
_LEAST = 0.4
_ELLIPSIS = "…"
#: Reply.encloses: what asks for a telephone number, what is a file of staff's.
_ASKS, _FILE = "contact", "file "
#: What is a recorded reading of the words: it is heard where a channel can, and nowhere missed.
_VOICE = "voice "
#: What belongs to the sign before it: the joiner itself, a choice of look, a skin colour.
_JOINER = "\u200d"
_JOINED = frozenset((_JOINER, "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))))


def parts(outbound: Outbound, abilities: Abilities) -> tuple[Part, ...]:
    """The words as they are sent, in order; the buttons stand at the end."""
    whose = (outbound.address, outbound.conversation_id)
    reply = outbound.reply
    shown = menu(reply.text, reply.buttons, abilities)
    text = unicodedata.normalize("NFC", _with_list(reply.text, reply.buttons, shown, outbound.language))
    texts = split(text, abilities.text)
    choices = _choices(outbound, shown, abilities)
    pieces = [Part(*whose, piece) for piece in texts]
    pieces[-1] = replace(pieces[-1], choices=choices, asking=_asking(outbound))
    return tuple(pieces)


def goes_ahead(reply: Reply) -> bool:
    """Something to be looked at goes with a reply, as a part of its own before the words."""
    return bool(reply.encloses) and reply.encloses != _ASKS


def is_voice(reply: Reply) -> bool:
    """What goes with a reply is its own words, read by somebody."""
    return reply.encloses.startswith(_VOICE)


def with_link(outbound: Outbound, left_out: Enclosure | None) -> Outbound:
    """The words with the address of a file that could not be brought. Those of a checklist hold its own."""
    if left_out is None or not left_out.link or not outbound.reply.encloses.startswith(_FILE):
        return outbound
    told = words().say("enclosed.link", outbound.language, name=left_out.name, link=left_out.link)
    text = f"{outbound.reply.text.strip()}\n\n{told}".strip()
    return replace(outbound, reply=replace(outbound.reply, text=text))


def _asking(outbound: Outbound) -> Asking | None:
    if outbound.reply.encloses != _ASKS:
        return None
    say, language = words().say, outbound.language
    return Asking(say("contact.button", language), say("contact.title", language))


def split(text: str, most: int) -> tuple[str, ...]:
    """Pieces of at most so many characters, parted where it reads best; nothing but blanks is lost."""
    pieces, rest = [], text.strip()
    while len(rest) > most:
        end = _good_end(rest, most)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return (*pieces, rest)


def _good_end(text: str, most: int) -> int:
    least = int(most * _LEAST)
    for end in _ENDS:
        if isinstance(end, str):
            # One more character: a blank just behind what fits is as good as one inside.
            found = text.rfind(end, least, most + 1)
            place = found if found > 0 else None
        else:
            ends = [
                match.end()
                for match in end.finditer(text, least, most + 1)
                if len(match[0].rstrip()) + match.start() <= most
            ]
            place = ends[-1] if ends else None
        if place:
            return min(place, most)
    # A link as long as this goes to the next part whole, if it fits there.
    blank = text.rfind(" ", 1, most + 1)
    return blank if blank > 0 else _between_characters(text, most)


def _between_characters(text: str, end: int) -> int:
    """The nearest place before that parts no mark from its letter, and no sign from what is joined to it."""
    place = end
    while place > 1 and (unicodedata.combining(text[place]) or text[place] in _JOINED or text[place - 1] == _JOINER):
        place -= 1
    return place if place > 1 else end


def _with_list(text: str, buttons: Sequence[Button], shown: Menu, language: str) -> str:
    if not shown.listed:
        return text
    if len(shown.labels) == 1:
        (place,) = shown.listed
        one = words().say("menu.one", language, first=shown.labels[place], title=buttons[place].title)
        return f"{text}\n\n{one}"
    # "10" comes after "9".
    ordered = sorted(shown.labels, key=lambda label: (len(label), label))
    hint = words().say("menu", language, first=ordered[0], last=ordered[-1])
    lines = [f"{shown.labels[place]}. {buttons[place].title}" for place in shown.listed]
    return "\n".join([text, "", hint, *lines])


def _choices(outbound: Outbound, shown: Menu, abilities: Abilities) -> tuple[Choice, ...]:
    """As many as fit; with their labels before them where some are written out."""
    titles = [button.title for button in outbound.reply.buttons]
    if shown.listed or len(titles) > abilities.buttons:
        titles = [f"{label}. {title}" for label, title in zip(shown.labels, titles, strict=True)]
    fitting = enumerate(titles[: abilities.buttons])
    return tuple(Choice(_cut(title, abilities.button_title), f"{outbound.message_id}:{n}") for n, title in fitting)


def _cut(title: str, most: int) -> str:
    return title if len(title) <= most else title[: most - 1].rstrip() + _ELLIPSIS
