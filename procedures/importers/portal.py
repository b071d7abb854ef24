"""Records of the national portal: one JSON object, one procedure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from procedures.importers import phrases, portal_codes
from procedures.importers.ours import home, not_ours
from procedures.importers.places import stray
from procedures.importers.portal_papers import cases, forms
from procedures.importers.portal_ways import ways
from procedures.importers.rows import Accepted, Refused, Row, Skipped
from procedures.importers.shape import Malformed, Node, kind
from procedures.importers.text import clean, lines, once, raw_lines, unbullet
from procedures.model import Level, Procedure

_LEVELS = (
    ("isWard", Level.COMMUNE),
    ("isProvince", Level.PROVINCE),
    ("isMinistry", Level.MINISTRY),
    ("isOtherAgency", Level.OTHER),
)
_TITLE_END = re.compile(r"[\s.;:,]*(?:\(\d\.\d{6}\))?[\s.;:,]*$")


def row(line: int, value: object, *, province: str, data_date: str = "") -> Row:
    """What becomes of one JSON value of a file; never raises."""
    if not isinstance(value, Mapping):
        return Refused(line, "", f"the record is {kind(value)}, not an object")
    node, code = Node(value), ""
    try:
        code = clean(node.text("code"))[:40]
        code = portal_codes.code(code)
        reason = not_ours(node, _decision(node), province)
        if reason:
            return Skipped(line, code, reason)
        return Accepted(line, "record", record(value, province=province, data_date=data_date))
    except Malformed as error:
        return Refused(line, code, str(error))


def record(data: Mapping[str, object], *, province: str = "H14", data_date: str = "") -> Procedure:
    """The procedure of a record, whoever promulgated it. Raises shape.Malformed for bad data."""
    node = Node(data)
    official = clean(node.text("name"))
    if not any(char.isalnum() for char in official):
        raise Malformed("name is missing")
    name = home(province)
    return Procedure(
        code=portal_codes.code(node.text("code")),
        title=title(official),
        official_title=official,
        decision=_decision(node),
        data_date=data_date or portal_codes.month(node),
        url=portal_codes.url(node),
        field="; ".join(_names(node, "categoriesDetails")),
        levels=tuple(level for key, level in _LEVELS if node.flag(key)),
        audience=_names(node, "subjectTypesDetails"),
        ways=ways(node),
        cases=cases(node),
        steps=_steps(node),
        where=_where(node, name),
        conditions=_said(node.text("requirementsAndConditions")),
        results=_names(node, "resultsDetails"),
        forms=forms(node),
        legal=portal_codes.legal(node, name),
    )


def title(official: str) -> str:
    """The official title without its leading "Thủ tục", its code and its last full stop; capitalised."""
    short = phrases.TITLE_PREFIX.sub("", _TITLE_END.sub("", unbullet(official)), count=1) or official
    return short[0].upper() + short[1:]


def _decision(node: Node) -> str:
    own = portal_codes.decision(node.text("decisionNo"))
    return own or portal_codes.decision(node.node("procedureProposal").text("proposalNumber"))


def _names(node: Node, key: str) -> tuple[str, ...]:
    return once([unbullet(clean(item.text("name"))) for item in node.nodes(key)])


def _said(text: str) -> tuple[str, ...]:
    """Lines of a text, none where it says that there is nothing to say."""
    said = lines(text)
    return () if all(phrases.NOTHING.fullmatch(line) for line in said) else once(said)


def _steps(node: Node) -> tuple[str, ...]:
    texts = (f"{step.text('name')}\n{step.text('description')}" for step in node.nodes("executionSteps"))
    return once([line for text in texts for line in lines(text)])


def _where(node: Node, name: str) -> str:
    """Where to file: the receiving addresses, else the agencies; nothing from another province."""
    addresses = raw_lines(node.text("dossierReceivingAddresses"))
    offices = [*_names(node, "departmentsAuthority"), *_names(node, "departmentsExecuting")]
    listed = raw_lines(node.text("executingAgencies"))
    # The dump cuts names of agencies at their commas, so they are put together again with commas.
    return places(addresses, name) or places(offices, name, ", ") or places(listed, name)


def places(agencies: list[str], name: str, between: str = "; ") -> str:
    """Agencies in one text, each once, those of other provinces than `name` left out."""
    kept = [unbullet(agency).strip(" ;.") for agency in agencies if not stray(agency, name)]
    return between.join(once(kept))
