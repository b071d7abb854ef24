"""Entities of a message."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest

from nlu.understanding.entities import find


def found(text: str) -> set[tuple[str, str]]:
    return {(entity.kind, entity.value) for entity in find(text)}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("hồ sơ 000.00.12.H14-251103-0021 tới đâu", "dossier", "000.00.12.H14-251103-0021"),
        ("so cccd 001203004567", "identity", "001203004567"),
        ("gọi em 0912 345 678", "phone", "0912345678"),
        ("hết 500k", "money", "500000"),
        ("phí 8.000 đ một bản", "money", "8000"),
        ("sinh ngày 12/3/2024", "date", "2024-03-12"),
        ("em ở xã Trường Hà", "place", "01392"),
        ("làm hộ chiếu cho bố em", "person", "father"),
        ("lam ho cho ba noi", "person", "grandparent"),
        ("for my wife", "person", "spouse"),
    ],
)
def test_given_a_message_when_read_then_what_it_names_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize("text", ["thủ tục 1.001193", "theo 163/QĐ-BTP", "năm 2026 làm được chưa", "phí 8.000 đ"])
def test_given_codes_and_fees_when_read_then_none_is_a_persons_number(text: str) -> None:
    assert {kind for kind, _ in found(text)}.isdisjoint({"identity", "phone", "insurance", "dossier"})


def test_given_a_name_of_a_procedure_when_said_whole_then_its_code_is_the_value() -> None:
    assert ("procedure", "1.001193") in found("dang ky khai sinh can gi")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("H14-251103-0021", "dossier", "H14-251103-0021"),
        ("ma h14 251103 0021 xong chua", "dossier", "H14-251103-0021"),
        ("0000012h14-251103-0021", "dossier", "000.00.12.H14-251103-0021"),
        ("000 00 12 h14 251103 0021", "dossier", "000.00.12.H14-251103-0021"),
        ("mã G22.99.08-251101-0002, đang ở khâu nào", "dossier", "G22.99.08-251101-0002"),
        ("001 203 004 567", "identity", "001203004567"),
        ("căn cước của em 004.099.012.345", "identity", "004099012345"),
        ("cmnd 080123456", "identity", "080123456"),
        ("080 123 456 là số chứng minh của bố", "identity", "080123456"),
        ("mã bhxh 0412345678", "insurance", "0412345678"),
        ("so bao hiem 0412345678", "insurance", "0412345678"),
        ("thẻ DN4791234567890", "insurance", "DN4791234567890"),
        ("DN 4 79 1234567890", "insurance", "DN4791234567890"),
        ("+84 912 345 678", "phone", "0912345678"),
        ("84912345678", "phone", "0912345678"),
        ("0912.345.678", "phone", "0912345678"),
        ("091 234 5678 nhé", "phone", "0912345678"),
        ("0206 3852 123", "phone", "02063852123"),
        ("(0206) 3852 123", "phone", "02063852123"),
        ("hỏi bảo hiểm, sđt 0912345678", "phone", "0912345678"),
        ("ngày 12 tháng 3 năm 2024", "date", "2024-03-12"),
        ("ngay 12 thang 3 nam 2024", "date", "2024-03-12"),
        ("sinh 12-3-1985", "date", "1985-03-12"),
        ("sinh 12/3/85", "date", "1985-03-12"),
        ("2024-03-12", "date", "2024-03-12"),
        ("2024年3月12日", "date", "2024-03-12"),
        ("born 12 March 2024", "date", "2024-03-12"),
        ("born March 12, 2024", "date", "2024-03-12"),
        ("nộp hôm 12-3", "date", "12-3"),
        ("nộp hôm mồng 5", "date", "mồng 5"),
        ("sinh ngày 31/2/2024", "date", "ngày 31/2/2024"),
        ("hôm qua em nộp", "date", "hôm qua"),
        ("hom qua em nop", "date", "hom qua"),
        ("hôm nay có làm không", "date", "hôm nay"),
        ("mai em ra xã", "date", "mai"),
        ("nộp từ tuần trước", "date", "tuần trước"),
        ("nộp thứ hai tuần này", "date", "thứ hai tuần này"),
        ("sáng thứ bảy có làm không", "date", "sáng thứ bảy"),
        ("cưới năm 2019", "date", "năm 2019"),
        ("can I come tomorrow", "date", "tomorrow"),
        ("昨天交的", "date", "昨天"),
        ("2 triệu", "money", "2000000"),
        ("2,5 trieu", "money", "2500000"),
        ("2 triệu rưỡi", "money", "2500000"),
        ("1tr2", "money", "1200000"),
        ("50 nghìn", "money", "50000"),
        ("50 ngan", "money", "50000"),
        ("8000đ", "money", "8000"),
        ("8,000 dong per copy", "money", "8000"),
        ("100 tệ", "money", "100 tệ"),
        ("100块", "money", "100块"),
        ("50 usd", "money", "50 usd"),
        ("làm giấy khai sinh cho bé", "procedure", "1.001193"),
        ("cần trich luc ho tich", "procedure", "2.000635"),
        ("how do I register a birth", "procedure", "1.001193"),
        ("我要办出生登记", "procedure", "1.001193"),
        ("o phuong thuc phan", "place", "01273"),
        ("bà ở xã Quảng Lâm", "place", "01304"),
        ("con trai tôi", "person", "child"),
        ("hộ bà nội", "person", "grandparent"),
        ("giúp vợ em", "person", "spouse"),
        ("cho bo em", "person", "father"),
        ("thay mẹ", "person", "mother"),
        ("cho bố mẹ", "person", "parent"),
        ("em gái mình", "person", "sibling"),
        ("cho cháu ngoại", "person", "relative"),
        ("hộ hàng xóm", "person", "neighbour"),
        ("给我妈妈办", "person", "mother"),
        ("替孩子办", "person", "child"),
        ("my son needs it", "person", "child"),
        ("mất sổ hộ khẩu", "paper", "sổ hộ khẩu"),
        ("so ho khau con dung khong", "paper", "sổ hộ khẩu"),
        ("có giấy chứng sinh rồi", "paper", "giấy chứng sinh"),
        ("mang căn cước", "paper", "thẻ căn cước"),
        ("phải có hộ chiếu", "paper", "hộ chiếu"),
        ("giấy kết hôn đâu", "paper", "giấy kết hôn"),
        ("bia do cua nha", "paper", "sổ đỏ"),
        ("quên bằng lái xe", "paper", "bằng lái xe"),
        ("thẻ bhyt", "paper", "thẻ bảo hiểm y tế"),
        ("giay uy quyen", "paper", "giấy ủy quyền"),
        ("giấy uỷ quyền", "paper", "giấy ủy quyền"),
        ("cần ảnh thẻ không", "paper", "ảnh thẻ"),
        ("bring my id card", "paper", "thẻ căn cước"),
        ("要带户口本吗", "paper", "sổ hộ khẩu"),
        ("要帶戶口本嗎", "paper", "sổ hộ khẩu"),
    ],
)
def test_given_one_thing_said_when_read_then_it_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cho em hỏi", "person"),
        ("cho con hỏi", "person"),
        ("cho cháu xin mẫu", "person"),
        ("con chào cán bộ", "person"),
        ("cho bò uống", "person"),
        ("vợ chồng em", "person"),
        ("cho bác sĩ", "person"),
        ("em thay chị sang tên", "person"),
        ("thương mẹ. Nó về rồi", "person"),
        ("thằng này chưa có", "date"),
        ("đóng mãi em chưa xong", "date"),
        ("chị Mai làm ở đây", "date"),
        ("mất 1-2 ngày", "date"),
        ("làm việc 24/7", "date"),
        ("con thứ hai", "date"),
        ("3 tháng 5 ngày", "date"),
        ("18/2026/NĐ-CP", "date"),
        ("số 123456789", "identity"),
        ("000001212345", "identity"),
        ("cmnd mất 100.000.000 đồng", "identity"),
        ("1.001193.000.00.00.H14", "dossier"),
        ("H14-259903-0021", "dossier"),
        ("091234567890123", "phone"),
        ("09123456789", "phone"),
        ("091234567", "phone"),
        ("gọi 1900 6789", "phone"),
        ("8000 đóng dấu", "money"),
        ("mẫu 3 d", "money"),
        ("60 ngày", "money"),
        ("cần hạnh phúc", "place"),
        ("ở Bắc Ninh", "place"),
        ("căn cuốc", "paper"),
    ],
)
def test_given_a_look_alike_when_read_then_it_is_not_taken(text: str, kind: str) -> None:
    assert kind not in {entity.kind for entity in find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Ngày 12/3/2024 nộp hộ bà nội ở xã Quảng Lâm, gọi 0912 345 678, phí 8.000 đ",
        unicodedata.normalize("NFD", "mẹ em mất sổ hộ khẩu hôm qua"),
        "给我妈妈办护照，100块",
        "\u200bcăn cước",
    ],
)
def test_given_a_message_when_read_then_stretches_are_in_order_and_are_its_own_words(text: str) -> None:
    entities = find(text)
    assert len(entities) > 0
    assert [text[entity.start : entity.end] for entity in entities] == [entity.text for entity in entities]
    assert all(before.end <= after.start for before, after in pairwise(entities))


def test_given_two_places_when_read_then_each_stands_by_itself() -> None:
    assert [e.value for e in find("từ xã Quảng Lâm sang xã Bảo Lâm") if e.kind == "place"] == ["01304", "01290"]


@pytest.mark.parametrize("text", ["", " ", "?", "🙂", "/ask_fee"])
def test_given_no_words_when_read_then_nothing_is_found(text: str) -> None:
    assert find(text) == ()
