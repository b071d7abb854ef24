"""The cipher, covering, and what goes when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Engine

from bot.conversation import Contact, Kind
from bot.errors import CannotOpen, WrongUse
from bot.post.clock import now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.privacy import aging, contacts, keeping, vault
from bot.privacy.covering import cover, cover_json
from bot.privacy.vault import Cipher, is_token, new_key
from bot.store.desk_tables import handover
from bot.store.tables import conversation, inbox
from bot.store.vault_tables import sealed
from tests.bot.handover import kit
from tests.bot.post.kit import inbound

OLD, NEW = new_key(), new_key()


def test_given_two_keys_when_sealed_then_the_first_seals_and_both_open() -> None:
    both, old = Cipher(f"{NEW} {OLD}"), Cipher(OLD)
    token = both.seal("004199012345")
    assert both.open(token) == Cipher(NEW).open(token) == "004199012345" and both.open(old.seal("x")) == "x"
    assert (both.standing(token), both.standing(old.seal("x"))) == ("fresh", "old")
    assert both.standing(Cipher(new_key()).seal("x")) == "lost"


@pytest.mark.parametrize("text", ["", "x", "Nông Văn Páo", "004199012345", "长" * 300])
def test_given_any_text_when_sealed_then_it_is_known_as_a_token_and_clear_text_is_not(text: str) -> None:
    cipher = Cipher(NEW)
    assert is_token(cipher.seal(text)) and not is_token(text)
    assert cipher.opened(cipher.seal(text)) == cipher.opened(text) == text and cipher.opened(None) == ""


def test_given_another_key_or_a_changed_token_when_opened_then_it_cannot_be() -> None:
    token = Cipher(OLD).seal("x")
    for cipher, told in ((Cipher(NEW), token), (Cipher(OLD), token[:-8] + "AAAAAAA=")):
        with pytest.raises(CannotOpen, match="MOTCUA_DATA_KEY"):
            cipher.open(told)


@pytest.mark.parametrize("keys", ["", "  ", "short", f"{NEW} short"], ids=("none", "blank", "short", "second"))
def test_given_something_that_is_no_key_when_used_then_the_command_that_makes_one_is_named(keys: str) -> None:
    with pytest.raises(WrongUse, match="motcua privacy new-key"):
        Cipher(keys)


def test_given_a_mark_when_the_key_is_another_then_it_is_another() -> None:
    assert Cipher(NEW).mark("a") == Cipher(NEW).mark("a") != Cipher(OLD).mark("a")


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("0041 9901 2345", "số 004199012345 ạ"),
        ("+84 912 345 678", "0912345678"),
        ("0912.345.678", "(+84)912345678"),
        ("12/03/1987", "1987-03-12"),
        ("12-3-1987", "12/03/1987"),
        ("C7654321", "c 7654321"),
        ("pao@gmail.com", "PAO@gmail.com"),
    ],
)
def test_given_a_number_in_another_form_when_covered_then_it_is_gone(secret: str, told: str) -> None:
    assert not any(sign.isdigit() or sign == "p" for sign in cover(told, [secret]).lower().replace("phải", ""))


def test_given_other_numbers_when_covered_then_they_stay() -> None:
    told = {"code": ["1.001193", 5], "file": "H14.22-241129-0001", "more": "004199012346 và 206.3852"}
    assert cover(told, ["004199012345", "0912345678"]) == told and cover(told, []) is told


def test_given_a_sentence_that_was_mended_when_memory_is_covered_then_the_number_in_it_is_too() -> None:
    assert "004199012345" not in str(cover_json('{"a": ["can cuoc 004199012345"]}', ["không không bốn"]))
    assert (cover_json(None, ["x"]), cover_json("{", [])) == (None, "{")


def test_given_dots_of_a_citizens_own_when_stored_then_no_mask_is_where_nothing_is_hidden(database: Engine) -> None:
    box = Inbox(database, Wake())
    box.receive(inbound("1", "• giấy ••• 004199012345•"))
    claimed = box.claim()
    assert claimed and (claimed.text, claimed.secrets) == ("· giấy ··· 004199012345·", ("004199012345",))
    assert claimed.covered().text == "· giấy ··· •••·"


def test_given_a_text_that_is_cut_when_a_number_stands_at_its_end_then_it_is_hidden_whole() -> None:
    parted = keeping.part("a" * 90 + " 004199012345 và nữa", 96)
    assert (parted.text, parted.data[0][1]) == ("a" * 90 + " •••", "004199012345")


def test_given_a_lost_key_when_a_message_is_claimed_then_it_is_answered_as_far_as_it_can_be_read(
    database: Engine,
) -> None:
    box = Inbox(database, Wake())
    box.receive(inbound("1", "căn cước 004199012345"))
    vault.use(new_key())
    claimed = box.claim()
    assert claimed and (claimed.text, claimed.secrets) == ("căn cước •••", ())


def test_given_a_correction_of_the_number_alone_when_claimed_then_the_new_one_is_heard(database: Engine) -> None:
    box = Inbox(database, Wake())
    box.receive(inbound("1", "căn cước 004199012345"))
    box.receive(inbound("2", "căn cước 004199012346", edits="1"))
    claimed = box.claim()
    assert claimed and claimed.text == "căn cước 004199012346"
    assert box.receive(inbound("3", "căn cước 004199012347", edits="1")).new


def test_given_names_and_numbers_when_searched_then_parts_are_found_and_clear_ones_too(database: Engine) -> None:
    box = Inbox(database, Wake())
    box.receive(inbound("1", kind=Kind.CONTACT, contact=Contact("Nông Văn Páo", "0912345678")))
    box.receive(inbound("2", kind=Kind.CONTACT, contact=Contact("Lan", "0987"), address="b"))
    every = select(conversation.c.id)
    with database.begin() as connection:
        connection.execute(update(conversation).where(conversation.c.id == 2).values(contact_name="Hoa"))
        found = [contacts.search(connection, query, every) for query in ("páo", "hoa", "345", "09", "zz")]
    assert found == [[1], [2], [1], [], []]


def test_given_cases_when_what_is_old_is_forgotten_then_what_somebody_may_need_stays(database: Engine) -> None:
    box, at = Inbox(database, Wake()), now()
    for address in ("none", "open", "lately", "long ago", "before"):
        box.receive(inbound(address, "căn cước 004199012345", address=address))
    states = {"open": None, "lately": timedelta(days=10), "long ago": timedelta(days=100), "before": timedelta(days=50)}
    with database.begin() as connection:
        connection.execute(update(sealed).values(created_at=at - timedelta(days=120)))
        for address, closed in states.items():
            case = kit.case(connection, "memory", address)
            if closed:
                values = {"status": "closed", "outcome": "answered", "closed_at": at - closed}
                connection.execute(update(handover).where(handover.c.id == case).values(**values))
        later = (
            sealed.c.conversation_id
            == select(conversation.c.id).where(conversation.c.address == "before").scalar_subquery()
        )
        connection.execute(update(sealed).where(later).values(created_at=at - timedelta(days=20)))
        quarter = at - timedelta(days=90)
        table, which, *_ = aging.sealed_data(quarter, at - timedelta(days=730), [])
        assert connection.execute(delete(table).where(which)).rowcount == 2
        left = connection.execute(
            select(conversation.c.address).join(sealed, sealed.c.conversation_id == conversation.c.id)
        )
        assert set(left.scalars()) == {"open", "lately", "before"}
        assert vault.forget_conversation(connection, 2) == 1
        assert connection.execute(select(func.count()).select_from(sealed)).scalar() == 2
        assert connection.execute(select(inbox.c.text)).scalars().first() == "căn cước •••"
