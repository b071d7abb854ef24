"""Passwords that are quick to look at: what is tested is not how slow they are."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.accounts import passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", QUICK)
