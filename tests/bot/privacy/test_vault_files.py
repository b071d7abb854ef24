"""Files on disk: sealed in pieces, read in parts, and refused where a piece is not what it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.errors import CannotOpen
from bot.privacy import files
from bot.privacy.files import PIECE
from bot.privacy.vault import Cipher, cipher, new_key
from bot.web.stored import stored

CIPHER = Cipher(new_key())
#: Three pieces, the last one short.
BODY = bytes(range(256)) * (PIECE * 2 // 256) + b"the end"


@pytest.mark.parametrize("length", [0, 1, 15, PIECE - 1, PIECE, PIECE + 1, len(BODY)])
def test_given_any_length_when_sealed_then_it_is_read_again_and_nothing_is_in_the_clear(
    tmp_path: Path, length: int
) -> None:
    path, body = tmp_path / "00/1.jpg", BODY[:length]
    files.write(path, body, CIPHER)
    assert (files.content(path, CIPHER), files.size(path)) == (body, length)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and (length < 15 or body[:15] not in path.read_bytes())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("first", "last"), [(0, 0), (PIECE - 1, PIECE), (PIECE, None), (5, 9), (PIECE * 2, 10**9)])
def test_given_a_part_when_read_then_it_is_that_part(tmp_path: Path, first: int, last: int | None) -> None:
    path = tmp_path / "1.mp4"
    files.write(path, BODY, CIPHER)
    assert b"".join(files.read(path, CIPHER, first, last)) == BODY[first : None if last is None else last + 1]


@pytest.mark.parametrize("how", ["moved", "cut", "renamed", "size", "key"])
def test_given_a_file_that_was_tampered_with_when_read_then_it_is_refused(tmp_path: Path, how: str) -> None:
    path, key = tmp_path / "1.mp4", CIPHER
    files.write(path, BODY, CIPHER)
    start, *pieces = path.read_bytes().split(b"\n")[:-1]
    if how == "moved":
        path.write_bytes(b"\n".join([start, pieces[1], pieces[0], pieces[2], b""]))
    elif how == "cut":
        path.write_bytes(b"\n".join([start, *pieces[:2], b""]))
    elif how == "size":
        path.write_bytes(path.read_bytes().replace(b"%016x" % len(BODY), b"%016x" % PIECE))
    elif how == "renamed":
        path = path.rename(tmp_path / "2.mp4")
    else:
        key = Cipher(new_key())
    with pytest.raises(CannotOpen):
        files.content(path, key)


def test_given_a_clear_file_of_before_when_read_and_renewed_then_it_is_read_and_sealed(tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    path.write_bytes(b"\x89PNG")
    assert (files.content(path, CIPHER), files.size(path)) == (b"\x89PNG", None)
    assert files.renew(path, CIPHER) and files.content(path, CIPHER) == b"\x89PNG"
    assert (files.renew(path, CIPHER), list(files.sealed_in(tmp_path))) == (False, [path])


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    files.write(tmp_path / "1.mp4", BODY, cipher())
    (tmp_path / "2.png").write_bytes(b"\x89PNG clear")

    def serve(request: Request) -> Response:
        path = tmp_path / request.path_params["name"]
        return stored(request, path, mime="video/mp4", name="đơn.mp4", inline=False, headers={"X-A": "b"})

    return TestClient(Starlette(routes=[Route("/{name}", serve)]))


def test_given_a_sealed_file_when_asked_for_then_it_comes_whole_with_its_name(browser: TestClient) -> None:
    got = browser.get("/1.mp4")
    assert (got.content, got.status_code, got.headers["content-length"]) == (BODY, 200, str(len(BODY)))
    assert got.headers["content-disposition"] == "attachment; filename*=utf-8''%C4%91%C6%A1n.mp4"
    assert got.headers["x-a"] == "b" and browser.get("/2.png").content == b"\x89PNG clear"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=-5", len(BODY) - 5, len(BODY) - 1), ("bytes=600000-", 0, -1)],
)
def test_given_a_player_when_it_asks_for_a_part_then_it_gets_that(
    browser: TestClient, asked: str, first: int, last: int
) -> None:
    got = browser.get("/1.mp4", headers={"range": asked})
    if last < 0:
        assert (got.status_code, got.headers["content-range"]) == (416, f"bytes */{len(BODY)}")
    else:
        assert (got.status_code, got.content) == (206, BODY[first : last + 1])
        assert got.headers["content-range"] == f"bytes {first}-{last}/{len(BODY)}"
