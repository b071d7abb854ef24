"""The desk put together: every page of staff, as routes for the site."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine import Engine

from bot.access import Route
from bot.accounts.gate import Gate
from bot.accounts.province import Province
from bot.channels.port import Channel
from bot.desk.actions import Actions
from bot.desk.attachments import Attachments
from bot.desk.canned import CannedPages
from bot.desk.counter import CounterPages
from bot.desk.directory import Directory
from bot.desk.entering import Entering
from bot.desk.events import Events
from bot.desk.frame import Frame
from bot.desk.guide import GuidePages
from bot.desk.links_page import LinkPages
from bot.desk.login import Login, Me
from bot.desk.numbers import NumbersPages
from bot.desk.pages import Pages
from bot.desk.province_pages import ProvincePages
from bot.desk.replying import Replying
from bot.desk.revealing import Revealing
from bot.desk.second_factor import SecondFactor
from bot.desk.teaching import Teaching
from bot.desk.verifying import Verifying
from bot.post.wake import Wake
from bot.settings import Settings
from bot.web.chat import Chat


def desk(settings: Settings, database: Engine, wake: Wake, channels: Mapping[str, Channel], chat: Chat) -> list[Route]:
    """All addresses below /desk, and the door to them."""
    gate = Gate(settings, database)
    frame = Frame(settings, database, wake, channels, gate)
    directory = Directory(frame.reading)
    pages = Pages(frame, directory)
    actions = Actions(frame, pages)
    entering = Entering(settings, database, gate, frame.render)
    rooms = (
        *(frame, pages, actions, Replying(frame, pages, actions), Events(frame, directory, pages)),
        *(Attachments(frame, directory), Teaching(frame, pages), NumbersPages(frame), CannedPages(frame)),
        *(CounterPages(frame, chat), GuidePages(frame), Revealing(frame, pages, actions)),
        Verifying(frame, pages),
        *(Login(settings, database, gate, frame.render, entering), Me(settings, database, gate, frame.render)),
        *(entering, LinkPages(database, entering), SecondFactor(frame, database, entering)),
        ProvincePages(settings, database, entering, Province(settings)),
    )
    return [route for room in rooms for route in room.routes()]
