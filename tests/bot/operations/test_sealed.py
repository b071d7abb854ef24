"""The sealed stream: what goes in comes out, and nothing else ever does."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from bot.errors import BackupUnreadable, WrongKey, WrongUse
from bot.operations import sealed
from bot.operations.sealed import CHUNK, Key, Opening, Sealing

KEY = Key(2, b"a key of thirty-two bytes, here.")
HEAD, TAG = 49, 16


def seal(plain: bytes, key: Key = KEY) -> bytes:
    raw = io.BytesIO()
    sealing = Sealing(raw, key)
    for start in range(0, len(plain), 100_000):
        sealing.write(plain[start : start + 100_000])
    sealing.finish()
    return raw.getvalue()


def unseal(body: bytes, key: Key = KEY) -> bytes:
    return io.BufferedReader(Opening(io.BytesIO(body), key)).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_given_any_size_when_sealed_and_opened_then_it_is_the_same(size: int) -> None:
    plain = random.Random(size).randbytes(size)
    body = seal(plain)
    assert unseal(body) == plain
    assert len(body) == HEAD + size + TAG * max(1, -(-size // CHUNK))


def test_given_the_same_bytes_when_sealed_twice_then_no_two_files_are_alike() -> None:
    first, second = seal(b"x" * 100), seal(b"x" * 100)
    assert first[HEAD:] != second[HEAD:]
    assert b"x" * 8 not in first


@pytest.mark.parametrize("left", [0, 10, HEAD - 1, HEAD, HEAD + 5, HEAD + CHUNK + TAG, HEAD + 2 * (CHUNK + TAG), -1])
def test_given_a_file_that_is_cut_off_anywhere_when_opened_then_it_is_refused(left: int) -> None:
    # Also where a chunk ends: the last one says that it is.
    with pytest.raises(BackupUnreadable):
        unseal(seal(b"y" * (2 * CHUNK + 100))[:left])


@pytest.mark.parametrize("where", [16, 40, HEAD, HEAD + 100, -1])
def test_given_one_bit_that_was_changed_when_opened_then_it_is_refused(where: int) -> None:
    body = bytearray(seal(b"z" * 1000))
    body[where] ^= 1
    with pytest.raises((BackupUnreadable, WrongKey)):
        unseal(bytes(body))


def test_given_chunks_that_changed_places_or_came_twice_when_opened_then_it_is_refused() -> None:
    body, size = seal(bytes(3 * CHUNK)), CHUNK + TAG
    head, first, second, third = body[:HEAD], *(body[HEAD + n * size : HEAD + (n + 1) * size] for n in range(3))
    for wrong in (head + second + first + third, head + first + first + second + third, body + b"\0", body + third):
        with pytest.raises(BackupUnreadable):
            unseal(wrong)


def test_given_another_key_when_opened_then_it_says_so() -> None:
    with pytest.raises(WrongKey, match="does not open"):
        unseal(seal(b"a"), Key(2, b"another key of thirty-two bytes."))


def test_given_a_passphrase_when_sealed_then_only_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "_COST", 14)
    body = seal(b"a", Key.passphrase("mười sáu ký tự là đủ"))
    assert unseal(body, Key.passphrase("mười sáu ký tự là đủ")) == b"a"
    with pytest.raises(WrongKey):
        unseal(body, Key.passphrase("mười sáu ký tự là đú"))
    with pytest.raises(WrongUse, match="MOTCUA_BACKUP_KEY"):
        unseal(body, KEY)


def test_given_a_head_that_asks_for_all_memory_when_opened_then_it_is_refused_before_it_is_taken() -> None:
    body = bytearray(seal(b"a"))
    body[15], body[16] = 1, 40
    with pytest.raises(BackupUnreadable, match="head"):
        unseal(bytes(body), Key(1, b"x" * 20))


def test_given_a_format_of_the_future_when_opened_then_both_are_named() -> None:
    body = bytearray(seal(b"a"))
    body[14] = 9
    with pytest.raises(BackupUnreadable, match=r"format 9.*format 1"):
        unseal(bytes(body))


def test_given_keys_that_could_be_guessed_when_taken_then_it_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"short")
    for make in (
        lambda: Key.passphrase("123456"),
        lambda: Key.file(tmp_path / "short"),
        lambda: Key.file(tmp_path / "none"),
    ):
        with pytest.raises(WrongUse):
            make()
    (tmp_path / "long").write_bytes(b"k" * 32)
    assert Key.file(tmp_path / "long").secret == b"k" * 32
