"""Phrases read aloud by somebody whose language it is: uploaded, judged by what they hold, played beside the words."""

from __future__ import annotations

from pathlib import Path

import filetype
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.accounts.people import Person
from bot.console import audit, words
from bot.console.words import Name
from bot.errors import Refused
from bot.handover import files
from bot.handover.files import File
from bot.post.clock import now
from bot.post.phrases import WORDS
from bot.site_settings import move
from bot.store.console_tables import phrase_voice

#: Largest recording, in bytes: some minutes of speech.
LARGEST = 3 * 1024 * 1024
#: Longest name of who reads, in characters.
LONGEST_SPEAKER = 120
#: What telephones record and Telegram sends as a voice (Bot API, sendVoice): Opus in OGG, MP3, AAC in MP4.
_OPUS, _OPUS_WITHIN = b"OpusHead", 512
_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4")
_SOUND, _PICTURE = b"soun", b"vide"


def keep(
    connection: Connection, media: Path, person: Person, name: Name, speaker: str, file_name: str, body: bytes
) -> None:
    """The reading of what a phrase says now, in place of an earlier one.

    Raises Refused: file_empty, words_voice_large, words_voice_kind, words_voice_who, words_voice_filled, words_empty.
    """
    there = words.one(connection, name)
    who = " ".join(speaker.split())
    if not there.text:
        raise Refused("words_empty")
    if there.placeholders:
        raise Refused("words_voice_filled")
    if not 1 <= len(who) <= LONGEST_SPEAKER or not who.isprintable():
        raise Refused("words_voice_who")
    if len(body) > LARGEST:
        raise Refused("words_voice_large", most=str(LARGEST // 1024**2))
    if body and kind(body) is None:
        raise Refused("words_voice_kind")
    file = files.keep(connection, media, person.id, file_name, body, kind)
    connection.execute(delete(phrase_voice).where(_is(name)))
    row = {"file_id": file.id, "speaker": who, "staff_id": person.id, "created_at": now()}
    connection.execute(insert(phrase_voice).values(book=name.book, key=name.key, language=name.language, **row))
    audit.note(connection, person.id, "words.voice_added", str(name), after=who)
    move(connection, WORDS)


def drop(connection: Connection, person: Person, name: Name) -> None:
    """No more: what was sent stays with those who have it."""
    who = connection.execute(select(phrase_voice.c.speaker).where(_is(name))).scalar()
    if who is None:
        return
    connection.execute(delete(phrase_voice).where(_is(name)))
    audit.note(connection, person.id, "words.voice_dropped", str(name), before=who)
    move(connection, WORDS)


def of(connection: Connection, name: Name) -> File | None:
    """The file, to be heard."""
    found = connection.execute(select(phrase_voice.c.file_id).where(_is(name))).scalar()
    return files.find(connection, found) if found else None


def kind(body: bytes) -> tuple[str, str] | None:
    """Type and ending of a recording; None for what is none, or what not every channel plays."""
    if body.startswith(b"OggS"):
        return ("audio/ogg", "ogg") if _OPUS in body[:_OPUS_WITHIN] else None
    if body[4:8] == b"ftyp":
        heard = body[8:12] in _BRANDS and _SOUND in body and _PICTURE not in body
        return ("audio/mp4", "m4a") if heard else None
    guessed = filetype.guess(body)
    return ("audio/mpeg", "mp3") if guessed is not None and guessed.mime == "audio/mpeg" else None


def _is(name: Name) -> bool:
    mine = phrase_voice.c
    return (mine.book == name.book) & (mine.key == name.key) & (mine.language == name.language)  # type: ignore[no-any-return]
