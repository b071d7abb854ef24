"""Which province a text names, and whether an agency is another province's."""

from __future__ import annotations

import re
from functools import lru_cache

# Provinces before and since July 2025: old names live on in the records. Spellings side by side.
_NAMES = """An Giang|Bà Rịa|Bạc Liêu|Bắc Giang|Bắc Kạn|Bắc Cạn|Bắc Ninh|Bến Tre|Bình Định|Bình Dương|Bình Phước
|Bình Thuận|Cà Mau|Cao Bằng|Cần Thơ|Đà Nẵng|Đắk Lắk|Đăk Lăk|Đắc Lắc|Đắk Nông|Đăk Nông|Điện Biên|Đồng Nai|Đồng Tháp
|Gia Lai|Hà Giang|Hà Nam|Hà Nội|Hà Tĩnh|Hải Dương|Hải Phòng|Hậu Giang|Hòa Bình|Hoà Bình|Huế|Hưng Yên|Khánh Hòa
|Khánh Hoà|Kiên Giang|Kon Tum|Lai Châu|Lạng Sơn|Lào Cai|Lâm Đồng|Long An|Nam Định|Nghệ An|Ninh Bình|Ninh Thuận
|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi|Quảng Ninh|Quảng Trị|Sóc Trăng|Sơn La|Tây Ninh|Thái Bình
|Thái Nguyên|Thanh Hóa|Thanh Hoá|Tiền Giang|Trà Vinh|Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Vũng Tàu|Yên Bái""".replace(
    "\n", ""
)
_CITY = r"(?:TP\.?|Tp\.?|[Tt]hành phố|THÀNH PHỐ)\s*(?:HCM|Hồ Chí Minh|HỒ CHÍ MINH)"
# The Pacific (Thái Bình Dương) and the street Điện Biên Phủ are no provinces.
_PLACE = re.compile(rf"\b(?:(?<!Thái )(?:{_NAMES}|{_NAMES.upper()})(?! Dương\b| Phủ\b)|{_CITY})\b")
_LOCAL_BODY = re.compile(
    r"\b(?:sở|[uủ][yỷ] ban nhân dân|ubnd|hđnd|hội đồng nhân dân|trung tâm (?:phục vụ|dịch vụ|pvhcc)|chi cục"
    r"|văn phòng đăng ký|công an (?:tỉnh|thành phố|tp)|chi nhánh|xã(?! hội))\b",
    re.IGNORECASE,
)
_CENTRAL_BODY = re.compile(r"\bBộ (?!phận)|\bCục\b|\bTổng cục\b|\bNgân hàng Nhà nước\b|\bVụ\b|Chính phủ")
_CAPITAL = frozenset({"Hà Nội"})


def provinces(home: str = "Cao Bằng") -> frozenset[str]:
    """Names of the other provinces and cities, before and since July 2025."""
    return frozenset(_NAMES.split("|")) - {home}


def elsewhere(text: str, home: str) -> frozenset[str]:
    """The other provinces that a clean text names; empty where it names `home` as well."""
    named = frozenset(_PLACE.findall(text))
    return frozenset() if home in named or home.upper() in named else named


@lru_cache(maxsize=4096)
def stray(agency: str, home: str) -> bool:
    """Whether an agency or address is another province's. Addresses of ministries in the capital are not."""
    named = elsewhere(agency, home)
    if not named:
        return False
    return bool(_LOCAL_BODY.search(agency)) or not (_CENTRAL_BODY.search(agency) or named <= _CAPITAL)
