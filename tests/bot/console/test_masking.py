"""What admins read of citizens' messages."""

from __future__ import annotations

import pytest

from bot.console.gap_lines import key_of
from bot.console.masking import bare, masked


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Tôi là Nguyễn Văn An, cccd 004085001234, sdt 0912 345 678", "Tôi là •••, cccd •••, sdt •••"),
        (
            "khai sinh cho cháu Lý Thị Mỷ sinh ngày 12/03/2024 ở xã Bảo Lạc",
            "khai sinh cho cháu ••• sinh ••• ở xã Bảo Lạc",
        ),
        ("hồ sơ 000.00.12.H14-240115-0001 đến đâu rồi", "hồ sơ ••• đến đâu rồi"),
        ("mail a.b@c.vn xem https://x.y/z", "mail ••• xem •••"),
        ("tài khoản 1903 5567 8899 01", "tài khoản •••"),
        ("我的身份证 004085001234", "我的身份证 •••"),
        ("Nguyen Van An hoi khai sinh", "••• hoi khai sinh"),
        # No secret, and no names.
        ("LỆ PHÍ KHAI SINH BAO NHIÊU", "LỆ PHÍ KHAI SINH BAO NHIÊU"),
        ("Lệ Phí Bao Nhiêu ạ", "Lệ Phí Bao Nhiêu ạ"),
        ("phí 1.200.000 đồng thủ tục 1.001193", "phí 1.200.000 đồng thủ tục 1.001193"),
        ("nghị định 08/2020/NĐ-CP", "nghị định 08/2020/NĐ-CP"),
        ("ngày 5/6 có làm không", "ngày 5/6 có làm không"),
        ("", ""),
    ],
)
def test_given_a_message_when_masked_then_nothing_tells_who_it_is_of(text: str, read: str) -> None:
    assert masked(text) == read


def test_given_marks_when_a_sentence_is_made_of_it_then_they_are_gone() -> None:
    assert bare("Tôi là Trần Thị Hoa hỏi khai sinh") == "Tôi là hỏi khai sinh"


def test_given_no_accents_when_the_key_is_made_then_it_is_the_same() -> None:
    assert key_of("lam to chao doi cho chau") == key_of("làm tờ chào đời cho cháu ở xã Bảo Lạc")
    assert key_of("cap lai the can cuoc bi mat") == key_of("Cấp lại thẻ căn cước bị mất")


@pytest.mark.parametrize(
    "text",
    [
        *("làm giấy khai sinh", "lam giay khai sinh", "cho em hỏi làm giấy khai sinh ở xã Bảo Lạc với ạ"),
        *("Làm giấy Khai Sinh!!!", "khai sinh làm giấy", "làm giấy khai sinh 0912345678"),
    ],
)
def test_given_the_same_matter_when_said_otherwise_then_it_has_one_key(text: str) -> None:
    assert key_of(text) == key_of("làm giấy khai sinh")
