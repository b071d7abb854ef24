"""Links of the state, links that only look like them, and all others."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scam.links import Look, known, links

OWN = "https://motcua.example.vn https://zalo.me/1234567890 https://t.me/motcua_cb_bot"
OFFICIAL = (
    *("https://dichvucong.gov.vn/p/home/dvc.html?ma=1.001193", "www.caobang.gov.vn", "nop.dichvucong.gov.vn"),
    *("https://zalo.me/1234567890", "https://t.me/motcua_cb_bot", "https://motcua.example.vn/g/abc", "baocaobang.vn"),
    *("HTTPS://DichVuCong.gov.vn:443/", "http:dichvucong.gov.vn"),
)
LOOK_ALIKE = (
    *("caobang-gov.vn", "https://dichvucong-gov.com/nop", "dichvucong.gov.vn.login.xyz", "dichvucomg.vn", "gov-vn.top"),
    *("https://dichvucong.gov.vn@evil.com/x", "dịchvụcông.com", "dichvuc0ng.net", "vne1d.app", "congan-caobang.net"),
    *("zalo.me/motcuacaobang", "https://t.me/motcua_cb_b0t", "caobang-gov[.]com", "caobang.gov.com", "dichvucong.me"),
    # A Cyrillic о, and the same written out.
    *("https://dichvucong.g\u043ev.vn", "https://dichvucong.xn--gv-emc.vn", "mail hotro@dichvucong-gov.com"),
    *("motcua.exampie.vn", "https://etax-mobile.net"),
)
UNKNOWN = (
    *(
        "google.com",
        "https://vnexpress.net/bai-4812345.html",
        "www.gov.uk",
        "usa.gov",
        "shopee.vn",
        "dulichcaobang.com",
    ),
    *("https://example.com/dichvucong.gov.vn", "https://zalo.me/0912345678", "laodong.vn", "giaohangtietkiem.vn"),
)
NOTHING = (
    *(
        "thủ tục 1.001193",
        "651/QĐ-BXD ngày 12.3.2025",
        "v.v. và a.b",
        "mail an@gmail.com",
        "file don.pdf",
        "192.168.1.1",
    ),
    *("3.5 triệu", "TP.HCM", "xin chào.Em hỏi"),
)


def looks(text: str) -> list[Look]:
    return [link.look for link in links(text, known(OWN))]


@pytest.mark.parametrize(
    ("text", "look"),
    [
        *((text, Look.OFFICIAL) for text in OFFICIAL),
        *((text, Look.LOOK_ALIKE) for text in LOOK_ALIKE),
        *((text, Look.UNKNOWN) for text in UNKNOWN),
        ("bấm https://bit.ly/abc nhé", Look.SHORTENED),
    ],
)
def test_given_a_link_when_judged_then_it_is_what_it_is(text: str, look: Look) -> None:
    assert looks(f"em thấy {text} là gì") == [look]


@pytest.mark.parametrize("text", NOTHING)
def test_given_no_link_when_searched_then_nothing_is_found(text: str) -> None:
    assert looks(text) == []


def test_given_two_links_when_searched_then_both_are_named_once_and_in_order() -> None:
    found = links("caobang-gov.vn/a rồi https://caobang-gov.vn/b, và dichvucong.gov.vn.", known(OWN))
    assert [link.host for link in found] == ["caobang-gov.vn", "dichvucong.gov.vn"]


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from((".", "@", "/", "gov", "vn", "xn--", "http://")))))
def test_given_any_text_when_searched_then_hosts_are_short_and_it_never_fails(text: str | list[str]) -> None:
    assert all(0 < len(link.host) <= 253 for link in links("".join(text), known(OWN)))


@pytest.mark.parametrize("piece", ["a.", "http://", "a-", "@", "caobang-gov.vn ", "xn--a."])
def test_given_20_000_letters_when_searched_then_it_is_quick(piece: str) -> None:
    started = time.process_time()
    links((piece * 20_000)[:20_000], known(OWN))
    assert time.process_time() - started < 2
