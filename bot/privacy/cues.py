"""Words that say what a number beside them is. All without accents, as text is folded before it is searched."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from bot.privacy.found import Kind

#: How far from its word a number may begin; how far after a number its word may stand.
BEFORE, AFTER = 34, 14
#: Of what a mask is made.
MASKED = "•"

#: The name of a group is the value of a Kind; "harmless" are numbers of things, which stay. The first that fits wins.
_CUES = (
    (
        "harmless",
        r"ma (?:ho so|thu tuc|don|tra cuu|buu chinh|buu dien|dvqhns|qhns|chuong|xa|tinh|huyen|vung|loai|bien lai|vach)|"
        r"so (?:ho so|bien lai|bien nhan|phieu|quyet dinh|cong van|van ban|to|thua|thu tu|luong|hoa don|ky hieu)|"
        r"ma so (?:doanh nghiep|ho kinh doanh|htx|hop tac xa|don vi|dn)|mst|ma so thue(?! ca nhan)|msdn|tax code|"
        r"bien lai|bien nhan|hoa don|phieu hen|phieu thu|cong van|quyet dinh|nghi dinh|thong tu|to ban do|thua dat|"
        r"postal code|zip code|zip|postcode|dossier|invoice|receipt|税号|邮编|邮政编码|编号|档案号|发票",
    ),
    (
        "insurance",
        r"bhxh|bhyt|bhtn|so bh|the bh|ma bh|ma so bh|bao hiem(?: xa hoi| y te| that nghiep)?|insurance|"
        r"社保|医保|社会保险|医疗保险|保险",
    ),
    (
        "bank",
        r"stk|so tk|s\.?t\.?k|so tai khoan|tai khoan|tk|so the|the (?:atm|visa|ngan hang|tin dung|ghi no)|atm|visa|"
        r"napas|master ?card|chuyen khoan|ck (?:vao|qua|cho)|account(?: number| no\.?)?|a/c|acct|bank|iban|"
        r"card(?: number| no\.?)?|ngan hang|vietcombank|vcb|bidv|agribank|agri|vietinbank|vtb|mb ?bank|techcombank|"
        r"tcb|tpbank|vpbank|acb|sacombank|lienvietpostbank|lpbank|hdbank|shb|vib|momo|账号|帐号|账户|银行|卡号|银行卡|支付宝",
    ),
    (
        "identity",
        r"c\.?c\.?c\.?d|c\.?m\.?n\.?d|cmtnd|cm[td]|chung minh(?: thu| nhan dan)?|can cuoc(?: cong dan)?|"
        r"(?:so |ma )?dinh danh(?: ca nhan)?|so cc|the cc|cc(?= ?(?:so|:|la|em|cua|moi|cu|\d))|ma so thue ca nhan|"
        r"giay tuy than|id(?: card| number| no\.?)?|identity(?: card| number)?|national id|citizen id|"
        r"身份证(?:号码|号)?|公民身份|证件号",
    ),
    ("passport", r"ho chieu|passport(?: no\.?| number)?|护照(?:号码|号)?"),
    (
        "phone",
        r"s\.?d\.?t|so dt|so dien thoai|dien thoai|d\.?thoai|dthoai|di dong|dd|dt|sodt|so may|phone(?: number)?|"
        r"tel(?:ephone)?|mobile|cell|zalo|zl|za lo|alo|hotline|lien he|lien lac|goi|nhan tin|viber|"
        r"whats ?app|wechat|call|text me|sms|fax|sim|电话(?:号码|号)?|手机(?:号码|号)?|微信|联系|致电|打给",
    ),
    (
        "land",
        r"so do|so hong|bia do|gcn|gcnqsdd|qsdd|giay chung nhan|quyen su dung dat|so phat hanh|(?:so )?vao so|"
        r"seri(?:al)?|land(?: use)?(?: right)? certificate|red book|pink book|"
        r"红本|红皮书|土地证|土地使用权?证?|地契|房产证",
    ),
)
_HAN = r"[\u3400-\u9fff]"
#: A word of letters is a whole word; Chinese has no spaces.
_WORDS = "|".join(f"(?P<{name}>{words})" for name, words in _CUES)
_ALL = re.compile(rf"(?:(?<![a-z])|(?={_HAN}))(?:{_WORDS})(?:(?![a-z])|(?<={_HAN}))")
HARMLESS = "harmless"


@dataclass(frozen=True)
class Cue:
    """A word of one kind; `kind` is None for a harmless one."""

    kind: Kind | None
    start: int
    end: int


class Cues:
    """The words of one text."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self.all = [
            Cue(None if found.lastgroup == HARMLESS else Kind(str(found.lastgroup)), *found.span())
            for found in _ALL.finditer(plain)
        ]
        self._ends = [cue.end for cue in self.all]
        self._starts = [cue.start for cue in self.all]

    def before(self, at: int, far: int = BEFORE) -> Cue | None:
        """The last word that ends before a place, not farther from it than `far` letters."""
        last = bisect_right(self._ends, at) - 1
        return self.all[last] if last >= 0 and self._sees(self._ends[last], at, far) else None

    def after(self, at: int, far: int = AFTER) -> Cue | None:
        """The first word that begins after a place."""
        first = bisect_left(self._starts, at)
        return self.all[first] if first < len(self.all) and self._sees(at, self._starts[first], far) else None

    def _sees(self, start: int, end: int, far: int) -> bool:
        """Words say nothing of a number beyond one that is masked already."""
        return end - start <= far and MASKED not in self._plain[start:end]
