"""A guide that has begun."""

from __future__ import annotations

import pytest

from tests.actions.guide.talk import Talk


@pytest.fixture
def birth() -> Talk:
    talk = Talk()
    talk.presses(do="start", code="1.001193")
    return talk
