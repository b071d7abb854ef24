"""The Vietnamese of the catalogue itself: words it is read by, and the few that its figures are told with."""

from __future__ import annotations

import re

from procedures.model import TimeUnit

#: A fee of 0 that no text explains.
ZERO_FEE = "0 đồng (theo dữ liệu quốc gia)"
UNIT_WORDS = {
    TimeUnit.HOUR: "giờ",
    TimeUnit.DAY: "ngày",
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.MONTH: "tháng",
    TimeUnit.YEAR: "năm",
}
HOMES = {"H14": "Cao Bằng"}

_LOWER = re.IGNORECASE
NO_INFORMATION = re.compile(r"không có thông tin", _LOWER)
#: The whole of a text that says nothing.
NOTHING = re.compile(r"(?:không|không có|(?:không|chưa) (?:có )?quy định)[\s.;]*", _LOWER)
#: The whole of a fee text that says the service is free.
FREE = re.compile(
    r"(?:được )?(?:không|không có|miễn phí|miễn lệ phí|miễn thu phí"
    r"|không (?:thu|mất|có|phải nộp) (?:phí|lệ phí|phí, lệ phí)|không thu|0 ?(?:đ|đồng|vnđ))[\s.;]*",
    _LOWER,
)
#: A fee text that only says what the figure is for: "/trang", "đồng/lần".
BARE_UNIT = re.compile(r"(?:đồng|đ|vnđ|vnd)?\s*/\s*(?=\S)", _LOWER)
DONG = frozenset({"", "vnđ", "vnd", "đồng", "đ", "việt nam đồng"})
FOREIGN_MONEY = re.compile(r"\b(?:USD|EUR|CHF|JPY|GBP|đô la|đô-la|euro)\b", _LOWER)
MONEY = re.compile(
    r"(?<![\d.,/])(?:(?P<grouped>\d{1,3}(?:[.,]\d{3})+)|(?P<plain>\d+(?:[.,]\d{1,2})?))\s*"
    r"(?P<scale>tỷ|triệu|nghìn|ngàn)?\s*(?P<unit>(?:đồng|vnđ|vnd|đ)(?![^\W\d_]))?(?![\d/]\d)",
    _LOWER,
)
SCALES = {"": 1, "nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}

#: A processing time within a text. Dates ("30 tháng 8") and clock times ("sau 15 giờ") are none.
TIME = re.compile(
    r"(?<![\d/.,])(?<!sau )(?<!trước )(?<!lúc )(?<!từ )(?<!ngày )(?<!điểm )"
    r"(?P<amount>\d{1,3}(?:[.,]\d)?)\s*(?:\([^()]{1,30}\)\s*)?"
    r"(?P<unit>ngày làm việc|ngày(?! trong tuần)|giờ|tháng|năm)\b(?!\s*\d)",
    _LOWER,
)
SAME_DAY = re.compile(r"\b(?:ngay )?trong (?:ngày|buổi)(?: làm việc)?(?!\s*\w*\s*\d)\b", _LOWER)

#: After a total, its parts are listed.
IN_DETAIL = re.compile(r"[\s,.;:]*\b(?:trong đó|cụ thể(?: như sau)?)[\s,.;:]*", _LOWER)

STEP_NUMBER = re.compile(r"bước\s*\d{1,2}(?:\.\d{1,2})*\s*(?:[:.)\-–]+\s*|$)", _LOWER)
TITLE_PREFIX = re.compile(r"thủ tục\b\s*:?\s*(?!hành chính\b)(?=\w)", _LOWER)
#: A case name that only announces the list below it.
ANNOUNCEMENT = re.compile(r"(?:thành phần )?hồ sơ(?:,? (?:bao )?gồm(?: có)?)?|(?:bao )?gồm(?: có)?", _LOWER)
#: A legal document that is known by its title alone.
LAW = re.compile(r"(?:bộ )?luật\b|pháp lệnh\b|hiến pháp\b|hiệp định\b|công ước\b", _LOWER)
FORM = re.compile(r"\btờ khai\b|\bmẫu\s+(?:số\s+)?(?=[\w./-]*\d)", _LOWER)
FORM_NUMBER = re.compile(r"\bmẫu\s+(?:số\s+)?(?=[\w./-]*\d)[\w./-]*\w|\bCT\d{2}\b|\bTK\d{2}\b", _LOWER)
#: Fields of law whose dossiers go to the police, and to the land registration office.
POLICE_FIELD = re.compile(
    r"cư trú|căn cước|định danh|xuất nhập cảnh|đăng ký xe|đăng ký, quản lý phương tiện|con dấu", _LOWER
)
LAND_FIELD = re.compile(r"đất đai", _LOWER)
LEVEL_WORDS = {
    "commune": re.compile(r"\bxã\b|\bphường\b", _LOWER),
    "province": re.compile(r"\btỉnh\b", _LOWER),
    "ministry": re.compile(r"\bbộ\b|\btrung ương\b", _LOWER),
    "other": re.compile(r"\bkhác\b", _LOWER),
}
WITHDRAWN = re.compile(r"hết hiệu lực|bãi bỏ|hủy|huỷ|không công khai", _LOWER)
LIST_TITLES = {
    "code": ("mã số", "mã tthc", "mã thủ tục", "mã"),
    "title": ("tên", "tên tthc", "tên thủ tục", "tên thủ tục hành chính"),
    "promulgator": ("cơ quan ban hành", "cơ quan công khai", "cơ quan công bố"),
    "agencies": ("cơ quan thực hiện",),
    "field": ("lĩnh vực",),
    "audience": ("đối tượng", "đối tượng thực hiện"),
    "levels": ("cấp thực hiện",),
    "status": ("tình trạng",),
    "decision": ("qđ công bố", "quyết định công bố"),
}


def grouped(number: float) -> str:
    """A number as written here: 8000 → "8.000", 3.5 → "3,5"."""
    whole = f"{int(number):,}".replace(",", ".")
    fraction = f"{number:.2f}".split(".")[1].rstrip("0")
    return f"{whole},{fraction}" if fraction else whole


def money(amount: float) -> str:
    """đồng as text: 8000 → "8.000 đ"."""
    return f"{grouped(amount)} đ"


def duration(amount: float, unit: TimeUnit) -> str:
    """A processing time as text: 1.0 working day → "1 ngày làm việc"."""
    return f"{grouped(amount)} {UNIT_WORDS[unit]}"
