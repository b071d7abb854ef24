"""Keystrokes of Telex and VNI that were left in a word, undone: ddawng → đăng, ky1 → ký."""

from __future__ import annotations

import re

from procedures.typed.syllables import TONES, with_tone

_TELEX_LETTERS = (
    ("uow", "ươ"),
    ("aa", "â"),
    ("aw", "ă"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("ow", "ơ"),
    ("uw", "ư"),
    ("dd", "đ"),
)
_VNI_LETTERS = {"6": ("a", "â", "e", "ê", "o", "ô"), "7": ("o", "ơ", "u", "ư"), "8": ("a", "ă"), "9": ("d", "đ")}
_VNI_TONES = dict(zip("12345", "sfrxj", strict=True))
_VNI = re.compile(r"[a-zđăâêôơư]+(?:\d[a-z]*){1,3}")
#: A tone's key stands at the end, or right after the vowels.
_TELEX_TONE = re.compile(r"(?<=[aeiouyăâêôơưcmnpthgw])([sfrxj])$|(?<=[aeiouyăâêôơư])([sfrxj])(?=[cghimnptuy]{1,2}$)")


def undo_telex(word: str) -> str:
    """The syllable that these Telex keys make; empty where they make none."""
    found = _TELEX_TONE.search(word)
    bare = word[: found.start()] + word[found.end() :] if found else word
    for keys, letter in _TELEX_LETTERS:
        bare = bare.replace(keys, letter)
    # Keys that came late: "duongwf", "dangd".
    bare = _late(bare)
    tone = TONES[found[1] or found[2]] if found else ""
    return with_tone(bare, tone) if bare != word else ""


def undo_vni(word: str) -> str:
    """The syllable that these VNI keys make; empty where they make none."""
    if not _VNI.fullmatch(word):
        return ""
    bare, tone = "", ""
    for char in word:
        if char in _VNI_TONES:
            tone = TONES[_VNI_TONES[char]]
        elif char in _VNI_LETTERS:
            bare = _last(bare, _VNI_LETTERS[char])
        else:
            bare += char
    return with_tone(bare, tone) if bare.isalpha() else ""


def _late(word: str) -> str:
    if word.startswith("d") and word.endswith("d") and len(word) > 2:
        word = "đ" + word[1:-1]
    if "w" in word:
        head, _, tail = word.partition("w")
        if "uo" in head:
            return head.replace("uo", "ươ") + tail
        return _last(head, ("o", "ơ", "u", "ư", "a", "ă")) + tail if head[-1:] not in "ươă" else head + tail
    return word


def _last(word: str, pairs: tuple[str, ...]) -> str:
    """The last letter that has a partner, replaced by it; "uo" becomes "ươ" as a whole."""
    partner = dict(zip(pairs[::2], pairs[1::2], strict=True))
    if partner.get("u") and "uo" in word:
        return word.replace("uo", "ươ")
    for place in range(len(word) - 1, -1, -1):
        if word[place] in partner:
            return word[:place] + partner[word[place]] + word[place + 1 :]
    return word + "?"
