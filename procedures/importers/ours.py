"""The province filter: national rules and the province's own stay, other provinces' rules go.

1. Internal procedures go.
2. A promulgator code decides: G.. (ministries) and the province's own stay.
3. Without one, a promulgator's name decides: one that names another province goes.
4. Without either (the national dump), the decision number decides: a provincial one (QĐ-UBND, QĐ-TTPVHCC …) stays
   only where the record names the province and none of its agencies is another province's; a ministry's stays,
   whatever stray agency it names; a bare number goes where a local agency of another province is named.
"""

from __future__ import annotations

import json
import re

from procedures.importers.phrases import HOMES
from procedures.importers.places import elsewhere, stray
from procedures.importers.shape import Node
from procedures.importers.text import clean, raw_lines

AGENCIES = ("departmentsExecuting", "departmentsAuthority", "departmentsAuthorized", "departmentsCoordinating")
_PROMULGATOR = re.compile(r"\b([GH]\d{2,3})\b")
_PROVINCIAL = re.compile(
    r"ubnd|hđnd|pvhcc|đặc ?thù|dac ?thu|ttr-s|qđ-vp(?!cp)|so(?:khcn|nnmt|xd)|s(?:nn|xd|nv|yt)(?:mt)?(?:test)?\b",
    re.IGNORECASE,
)


def home(province: str) -> str:
    """The name of a province code, such as "Cao Bằng"; a name nothing matches for a code nobody has told us."""
    return HOMES.get(province, province)


def provincial(decision: str) -> bool:
    """Whether a decision number is a province's."""
    return bool(_PROVINCIAL.search(decision))


def not_ours(record: Node, decision: str, province: str) -> str:
    """Why this record is not ours, as a reason for an operator; empty where it is."""
    if record.text("type").endswith("INTERNAL") or record.flag("isInternal"):
        return "an internal procedure"
    promulgator = clean(record.text("departmentPromulgateCode"))
    if promulgator:
        return _by_code(promulgator, province)
    name = clean(record.text("departmentPromulgateName"))
    return promulgated_elsewhere(name, province) if name else _by_decision(record, decision, home(province))


def promulgated_elsewhere(agency: str, province: str) -> str:
    """Why a promulgating agency is not ours, by its name; empty where it is."""
    named = elsewhere(agency, home(province))
    return f"promulgated by {agency}" if named else ""


def _by_code(promulgator: str, province: str) -> str:
    match = _PROMULGATOR.search(promulgator)
    code = match.group(1) if match else promulgator
    if code.startswith("G") or code == province:
        return ""
    return f"promulgated by {promulgator[:40]}, not by a ministry or {province}"


def _by_decision(record: Node, decision: str, name: str) -> str:
    if provincial(decision):
        return _by_record(record, decision, name)
    if decision and not any(char.isalpha() for char in decision):
        strangers = [agency for agency in agencies(record) if stray(agency, name)]
        return f"another province's agency: {strangers[0][:80]}" if strangers else ""
    return ""


def _by_record(record: Node, decision: str, name: str) -> str:
    if any(stray(agency, name) for agency in agencies(record)) or not _names(record, name):
        return f"another province's rule: decision {decision}"
    return ""


def _names(record: Node, name: str) -> bool:
    whole = json.dumps(record.data, ensure_ascii=False, default=str)
    return name in clean(whole)


def agencies(record: Node) -> list[str]:
    """Every agency and address line of a record, clean."""
    named = [clean(node.text("name")) for key in AGENCIES for node in record.nodes(key)]
    return [agency for agency in named if agency] + raw_lines(record.text("dossierReceivingAddresses"))
