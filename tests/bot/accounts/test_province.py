"""The province's own sign-in: nothing is believed that is not signed, for us, of now, and of this very browser."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.accounts import people, province_people
from bot.accounts.province import Asked, Province, Told, button
from bot.errors import ProvinceRefused, ProvinceSilent, StaffInvalid
from bot.settings import Settings
from bot.store.account_tables import province_account
from tests.bot.handover import kit
from tests.fakes.issuer import CLIENT, ISSUER, SECRET, Issuer

KNOWN = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "Cổng tỉnh"}
SETTINGS = Settings("", "127.0.0.1", 8000, "https://motcua.test", "a secret of the tests", **KNOWN)


@pytest.fixture(scope="module")
def _issuer() -> Issuer:
    """Making keys takes a while."""
    return Issuer()


@pytest.fixture
def issuer(_issuer: Issuer) -> Issuer:
    _issuer.said, _issuer.discovery, _issuer.down = {}, {}, False
    return _issuer


@pytest.fixture
def province(issuer: Issuer) -> Province:
    return Province(SETTINGS, issuer.transport)


def signed_in(province: Province, issuer: Issuer) -> Told:
    address, asked = province.begin()
    brought = issuer.went(address)
    assert brought["state"] == asked.state
    return province.finish(brought["code"], asked)


def test_given_somebody_at_the_province_when_they_come_back_then_it_is_said_who_they_are(
    province: Province, issuer: Issuer
) -> None:
    assert signed_in(province, issuer) == Told(ISSUER, "u-77", "lan@caobang.gov.vn")


@pytest.mark.parametrize(
    "said",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": ["mot-cua", "somebody-else"]},
        {"azp": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": None},
        {"key": "other"},
        {"alg": "none"},
        {"id_token": ""},
        {"id_token": "a.b.c"},
    ],
    ids=str,
)
def test_given_what_is_forged_old_or_not_for_us_when_it_is_said_then_it_is_refused(
    province: Province, issuer: Issuer, said: dict[str, Any]
) -> None:
    issuer.said = said
    with pytest.raises(ProvinceRefused):
        signed_in(province, issuer)


def test_given_several_audiences_when_we_are_the_one_it_is_meant_for_then_it_is_believed(
    province: Province, issuer: Issuer
) -> None:
    issuer.said = {"aud": [CLIENT, "another"], "azp": CLIENT, "exp": int(time.time()) - 30}
    assert signed_in(province, issuer).subject == "u-77"


def test_given_an_address_that_is_not_verified_when_said_then_it_counts_for_nothing(
    province: Province, issuer: Issuer
) -> None:
    for not_verified in (False, None, "true"):
        issuer.said = {"email_verified": not_verified}
        assert signed_in(province, issuer).email == ""


def test_given_a_code_of_another_browser_when_it_is_brought_then_the_issuer_refuses_it(
    province: Province, issuer: Issuer
) -> None:
    address, asked = province.begin()
    brought = issuer.went(address)
    with pytest.raises(ProvinceRefused):
        province.finish(brought["code"], Asked(asked.state, asked.nonce, "another verifier" * 4))
    with pytest.raises(ProvinceRefused):
        province.finish("a code that nobody gave", asked)


def test_given_an_issuer_that_is_down_when_asked_then_it_is_said_and_later_it_works(
    province: Province, issuer: Issuer
) -> None:
    issuer.down = True
    with pytest.raises(ProvinceSilent):
        province.begin()
    issuer.down = False
    address, asked = province.begin()
    brought = issuer.went(address)
    issuer.down = True
    with pytest.raises(ProvinceSilent):
        province.finish(brought["code"], asked)


@pytest.mark.parametrize(
    "published", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://sso.example.gov.vn/token"}]
)
def test_given_a_page_of_another_issuer_or_without_tls_when_read_then_nobody_is_sent_there(
    province: Province, issuer: Issuer, published: dict[str, str]
) -> None:
    issuer.discovery = published
    with pytest.raises(ProvinceRefused):
        province.begin()


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(200, text="<html>"), httpx.Response(200, json=[])]
)
def test_given_nonsense_for_discovery_when_read_then_it_is_as_if_nobody_answered(answer: httpx.Response) -> None:
    province = Province(SETTINGS, httpx.MockTransport(lambda _: answer))
    with pytest.raises(ProvinceSilent):
        province.begin()


def test_given_settings_when_half_there_then_there_is_no_button() -> None:
    plain = Settings("", "", 0, "", "x")
    assert button(plain) == ""
    assert button(Settings("", "", 0, "", "x", oidc_issuer=ISSUER)) == ""
    assert button(SETTINGS) == "Cổng tỉnh"
    assert button(Settings("", "", 0, "", "x", oidc_issuer=ISSUER, oidc_client_id="a")) == "sso.example.gov.vn"


LAN = Told(ISSUER, "u-77", "lan@caobang.gov.vn")


def test_given_an_address_that_an_admin_wrote_when_first_seen_then_the_account_is_bound_to_that_person_alone(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan = kit.person(connection, "lan")
        assert province_people.find(connection, LAN) is None
        province_people.put(connection, lan, " Lan@CaoBang.gov.vn ")
        assert province_people.find(connection, Told(ISSUER, "u-77", "")) is None
        found = province_people.find(connection, LAN)
        assert found is not None and found.id == lan
        # Another address at the province later on; and another person with the old one.
        assert province_people.find(connection, Told(ISSUER, "u-77", "new@caobang.gov.vn")) == found
        assert province_people.find(connection, Told(ISSUER, "u-88", LAN.email)) is None
        assert province_people.find(connection, Told("https://other.example", "u-77", LAN.email)) is None


def test_given_an_address_when_written_anew_then_whoever_was_bound_is_so_no_more(database: Engine) -> None:
    with database.begin() as connection:
        lan, an = kit.person(connection, "lan"), kit.person(connection, "an")
        province_people.put(connection, lan, LAN.email)
        province_people.find(connection, LAN)
        with pytest.raises(StaffInvalid):
            province_people.put(connection, an, LAN.email)
        with pytest.raises(StaffInvalid):
            province_people.put(connection, lan, "nowhere")
        province_people.put(connection, lan, "")
        assert connection.execute(select(province_account)).all() == []
        assert province_people.find(connection, LAN) is None


def test_given_somebody_who_left_when_the_province_knows_them_then_they_do_not_come_in(database: Engine) -> None:
    with database.begin() as connection:
        lan = kit.person(connection, "lan")
        province_people.put(connection, lan, LAN.email)
        province_people.find(connection, LAN)
        people.end(connection, lan)
        assert province_people.find(connection, LAN) is None
