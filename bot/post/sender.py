"""The sender: takes letters from the outbox and hands them to their channels, several at once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Channel, Delivery, Enclosure, Part
from bot.conversation.window import Price, standing
from bot.errors import ChannelDown, SendFailed, Unreachable, WindowClosed
from bot.post import rendering
from bot.post.clock import now
from bot.post.outbox import Letter, Outbox, lasting
from bot.post.wake import Wake, rung
from bot.post.wake import outbox as topic_of

log = structlog.get_logger()

#: Seconds between two looks at the outbox without a hint.
LOOK_EVERY = 1.0
#: Letters in hand at once, each of another conversation; most wait until their chat may get its next message.
HANDS = 32
#: Seconds before a message is tried again when a channel raised something nobody foresaw.
RETRY = 5.0
#: Seconds that letters on the wire are given when the service ends.
GRACE = 5.0


class Sender:
    """Delivers for one channel, so that none waits for another. No transaction is open while the channel is at work."""

    def __init__(
        self,
        engine: Engine,
        channel: Channel,
        wake: Wake,
        enclosure: Callable[[str, str], Enclosure | None] | None = None,
    ) -> None:
        """`enclosure` makes what Reply.encloses names, in a language; None where it is gone."""
        self._channel = channel
        self._outbox = Outbox(engine, channel.name)
        self._wake = wake
        self._enclosure = enclosure
        self._hands: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Delivers until cancelled; what is on the wire then is finished."""
        with self._wake.loop_event(topic_of(self._channel.name)) as event:
            try:
                while True:
                    event.clear()
                    await self._fill_safely()
                    await rung(event, LOOK_EVERY)
            finally:
                if self._hands:
                    await asyncio.wait(self._hands, timeout=GRACE)

    async def drain(self) -> None:
        """Delivers everything that is due now."""
        while await self._fill():
            if self._hands:
                await asyncio.wait(self._hands, return_when=asyncio.FIRST_COMPLETED)

    async def _fill(self) -> int:
        """Gives a letter to each free hand. Returns how many were on the wire, those done meanwhile counted."""
        busy = len(self._hands)
        while len(self._hands) < HANDS and (letter := await asyncio.to_thread(self._outbox.claim)):
            task = asyncio.create_task(self._deliver(letter))
            self._hands.add(task)
            task.add_done_callback(self._free)
            busy += 1
        return busy

    async def _fill_safely(self) -> None:
        try:
            await self._fill()
        except Exception as error:
            log.error("sender_failed", error=type(error).__name__)

    def _free(self, task: asyncio.Task[None]) -> None:
        """A hand is free, and the next letter of the conversation may go."""
        self._hands.discard(task)
        self._wake.notify_here(topic_of(self._channel.name))

    async def _deliver(self, letter: Letter) -> None:
        try:
            await self._send(self._channel, letter)
        except Exception as error:
            # Nobody knows how far what nobody foresaw had come.
            unforeseen = SendFailed(type(error).__name__, RETRY, perhaps_sent=True)
            failure = error if isinstance(error, SendFailed) else unforeseen
            log.warning("send_failed", letter=letter.id, channel=letter.channel, reason=str(failure))
            with contextlib.suppress(Exception):
                # Where the database is gone too, the claim runs out by itself.
                await asyncio.to_thread(self._outbox.failed, letter, failure)

    async def _send(self, channel: Channel, letter: Letter) -> None:
        _refuse_in_vain(letter, channel.abilities)
        # What goes with it is part 0 whatever becomes of it.
        ahead, carried = int(rendering.goes_ahead(letter.outbound.reply)), letter.carried
        if ahead > letter.done:
            told = await self._send_picture(channel, letter)
            if told is None:
                return
            carried = bool(told.channel_message_id)
        missing = ahead and not carried and not rendering.is_voice(letter.outbound.reply)
        left_out = await self._enclosed(letter) if missing else None
        parts = rendering.parts(rendering.with_link(letter.outbound, left_out), channel.abilities)
        lasts = lasting() if ahead > letter.done else letter.lasts
        for number in range(max(letter.done - ahead, 0), len(parts)):
            found = await self._found(channel, letter, parts[number]) if number + ahead == letter.done else None
            if time.monotonic() > lasts:
                # We were stopped: by now another one has the letter, and may have sent it.
                return
            told = found or await channel.send(parts[number])
            last = number == len(parts) - 1
            lasts = lasting()
            if not await asyncio.to_thread(self._outbox.delivered, letter, number + ahead, told, last):
                return

    async def _found(self, channel: Channel, letter: Letter, part: Part) -> Delivery | None:
        """The part among those that arrived, if an earlier try may have got through. Only some channels remember."""
        if not letter.doubts or not channel.abilities.memory:
            return None
        known = await asyncio.to_thread(self._outbox.known, letter)
        try:
            found = await channel.find(part, letter.created_at, known)
        except Exception as error:
            # Nothing was sent: to have asked in vain leaves as much doubt as there was.
            failure = error if isinstance(error, SendFailed) else SendFailed(type(error).__name__, RETRY)
            failure.perhaps_sent = False
            raise failure from error
        await asyncio.to_thread(self._outbox.doubt_settled, letter)
        return found

    async def _send_picture(self, channel: Channel, letter: Letter) -> Delivery | None:
        """Once, and only if all is well: the words that follow hold its link, and are not kept back for it.

        None where there is nothing left to do: somebody else has the letter, or it has no words.
        """
        told = Delivery()
        try:
            picture = None if letter.doubts else await self._picture(channel, letter)
            told = await channel.send(picture) if picture else told
        except (Unreachable, WindowClosed, ChannelDown):
            raise
        except Exception as error:
            log.warning("picture_not_sent", channel=channel.name, error=type(error).__name__)
        last = bool(told.channel_message_id) and not letter.outbound.reply.text.strip()
        mine = await asyncio.to_thread(self._outbox.delivered, letter, 0, told, last)
        return told if mine and not last else None

    async def _picture(self, channel: Channel, letter: Letter) -> Part | None:
        can = channel.abilities.voices if rendering.is_voice(letter.outbound.reply) else channel.abilities.pictures
        made = await self._made(letter) if can else None
        return Part(letter.outbound.address, letter.outbound.conversation_id, "", (), made) if made else None

    async def _enclosed(self, letter: Letter) -> Enclosure | None:
        """What could not be brought, for its link. Whatever is wrong with it, the words go."""
        try:
            return await self._made(letter)
        except Exception as error:
            log.warning("link_not_made", channel=letter.channel, error=type(error).__name__)
            return None

    async def _made(self, letter: Letter) -> Enclosure | None:
        if self._enclosure is None:
            return None
        outbound = letter.outbound
        return await asyncio.to_thread(self._enclosure, outbound.reply.encloses, outbound.language)


def _refuse_in_vain(letter: Letter, abilities: Abilities) -> None:
    """Raises Unreachable or WindowClosed for what the provider would refuse, or charge without anybody's yes."""
    if letter.left:
        raise Unreachable("left")
    if abilities.window is None:
        return
    stands = standing(letter.heard_at, letter.replies_left, abilities.window.free, abilities.window.paid, now())
    if stands.price is Price.CLOSED or (stands.price is Price.PAID and not letter.may_cost):
        raise WindowClosed(f"window {stands.price.value}")
