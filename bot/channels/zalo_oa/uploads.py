"""Pictures and files on their way out: uploaded once, then named by their id."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import filetype
import structlog

from bot.channels.port import Enclosure
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.shapes import within
from bot.errors import SendFailed, TryLater

log = structlog.get_logger()

#: What Zalo takes: docs.zaloplatforms.com/docs/OA, upload/image and upload/file.
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: An upload lasts seven days, and 5,000 a month are free: the same checklist is not uploaded for each try.
_LASTS, _REMEMBERED = timedelta(days=6), 256


@dataclass(frozen=True)
class _Way:
    path: str
    #: Under which Zalo tells the id.
    key: str
    #: By content, and most bytes.
    kinds: tuple[str, ...]
    most: int


_IMAGE = _Way("/v2.0/oa/upload/image", "attachment_id", ("image/jpeg", "image/png"), 1024 * 1024)
_FILE = _Way("/v2.0/oa/upload/file", "token", ("application/pdf", "application/msword", _DOCX), 5 * 1024 * 1024)


def is_picture(enclosure: Enclosure) -> bool:
    """Shown in the conversation; anything else is a file to be opened."""
    return filetype.guess_mime(enclosure.body) in _IMAGE.kinds


class Uploads:
    """Uploads of one account, remembered by their content."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ids: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    async def id_of(self, enclosure: Enclosure) -> str:
        """By what a message names it; empty where Zalo does not take it. Raises TryLater."""
        way = _IMAGE if is_picture(enclosure) else _FILE
        if len(enclosure.body) > way.most or filetype.guess_mime(enclosure.body) not in way.kinds:
            log.warning("zalo_upload_unfit", bytes=len(enclosure.body))
            return ""
        key = _key(enclosure)
        known, ends_at = self._ids.get(key, ("", self._client.clock()))
        if known and ends_at > self._client.clock():
            return known
        return self._remember(key, await self._upload(enclosure, way))

    def forget(self, enclosure: Enclosure) -> None:
        """Zalo does not know the upload any more."""
        self._ids.pop(_key(enclosure), None)

    async def _upload(self, enclosure: Enclosure, way: _Way) -> str:
        # Zalo judges by the ending; ours says what the content is.
        kind = filetype.guess(enclosure.body)
        name = f"{PurePosixPath(enclosure.name).stem or 'file'}.{kind.extension}"
        try:
            data = await self._client.upload(way.path, enclosure.body, name, kind.mime)
        except TryLater as error:
            # Whatever became of the upload, no message was sent.
            raise TryLater(str(error)) from error
        except SendFailed as error:
            # The words go without it; where the whole account is refused they will say so themselves.
            log.warning("zalo_upload_refused", reason=str(error))
            return ""
        id_ = within(data, way.key)
        return id_ if isinstance(id_, str) else ""

    def _remember(self, key: str, id_: str) -> str:
        if id_:
            self._ids[key] = (id_, self._client.clock() + _LASTS)
        while len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)
        return id_


def _key(enclosure: Enclosure) -> str:
    return hashlib.sha256(enclosure.body).hexdigest()
