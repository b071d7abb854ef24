"""Which passwords may be used, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from bot.accounts import passwords


@pytest.mark.parametrize(
    ("password", "trouble"),
    [
        ("ngắn quá", "password.short"),
        ("x" * 201, "password.long"),
        ("aaaaaaaaaaaa", "password.common"),
        ("Nguyenlan123", "password.login"),
        ("1234567890", "password.common"),
        ("sông Bằng chảy qua", ""),
        ("   mười dấu cách   ", ""),
    ],
)
def test_given_a_password_when_it_is_judged_then_what_others_would_guess_is_refused(
    password: str, trouble: str
) -> None:
    assert passwords.trouble(password, "nguyen.lan") == trouble


@pytest.mark.parametrize("language", ["vi", "en"])
def test_given_a_password_that_cannot_be_when_told_then_the_limits_are_named(language: str) -> None:
    assert "10" in passwords.told("password.short", language)
    assert "200" in passwords.told("password.long", language)


def test_given_a_password_when_it_is_kept_then_it_cannot_be_read_and_only_it_fits() -> None:
    kept = passwords.hashed("cầu Bằng Giang")
    assert kept.startswith("$argon2id$")
    assert "cầu" not in kept
    assert passwords.fits(kept, "cầu Bằng Giang")
    assert not passwords.fits(kept, "cầu bằng giang")


def test_given_two_keyboards_when_the_same_letters_are_typed_in_two_ways_then_both_fit() -> None:
    kept = passwords.hashed(unicodedata.normalize("NFD", "cầu Bằng Giang"))
    assert passwords.fits(kept, unicodedata.normalize("NFC", "cầu Bằng Giang"))


@pytest.mark.parametrize("kept", ["", "-", "$argon2id$broken", "plain"])
def test_given_something_else_than_a_hash_when_looked_at_then_no_password_fits(kept: str) -> None:
    assert not passwords.fits(kept, "cầu Bằng Giang")


def test_given_made_passwords_when_judged_then_each_is_good_and_another() -> None:
    made = {passwords.make() for _ in range(50)}
    assert len(made) == 50
    assert {passwords.trouble(one, "lan") for one in made} == {""}


def test_given_other_parameters_when_a_hash_is_looked_at_then_it_is_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = passwords.hashed("cầu Bằng Giang")
    assert not passwords.worn(kept)
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert passwords.worn(kept)
