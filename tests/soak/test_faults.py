"""`make faults` in short: some faults under load, on SQLite and, where a server can be made, on PostgreSQL."""

from __future__ import annotations

import pytest
from rich.console import Console

from tests.faults.__main__ import show
from tests.faults.cluster import binaries
from tests.faults.plans import short
from tests.faults.run import run


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_given_faults_under_load_when_all_is_over_then_each_message_was_answered_once_in_order(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if database == "postgresql" and binaries() is None:
        pytest.skip("no initdb on this machine")
    report = run(short(database))
    with capsys.disabled():
        show(Console(highlight=False, soft_wrap=True), report)
    assert report.counts.wrong == 0, report.counts.stories
    assert report.counts.written == report.counts.answered > 0
