"""What the service refuses although its model does not say so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from surveys.panels.mturk.question import AT_HOME, MOST_BYTES, SCHEMA
from surveys.panels.mturk.simulator.refusals import bad_parameter

LENGTHS = {
    "Title": 128, "Description": 2000, "Keywords": 1000, "RequesterAnnotation": 255, "RequesterFeedback": 1024,
    "Name": 200, "Reason": 4096,
}  # fmt: skip
RANGES = {
    "LifetimeInSeconds": (30, 31_536_000),
    "AssignmentDurationInSeconds": (30, 31_536_000),
    "AutoApprovalDelayInSeconds": (0, 2_592_000),
    "MaxAssignments": (1, 1_000_000_000),
    "NumberOfAdditionalAssignments": (1, 1_000_000_000),
}
ONE_PLACE = ("EqualTo", "NotEqualTo")


def check(request: dict[str, Any]) -> None:
    """Refuse what is too long, too large, or no question."""
    for name, most in LENGTHS.items():
        if len(request.get(name, "")) > most:
            raise bad_parameter(name, f"{request[name][:20]}…")
    for name, (least, most) in RANGES.items():
        if name in request and not least <= request[name] <= most:
            raise bad_parameter(name, request[name])
    if "Question" in request:
        _check_question(request["Question"])
    _check_requirements(request.get("QualificationRequirements", []))


def _check_question(xml: str) -> None:
    if len(xml.encode()) > MOST_BYTES or "<!" in xml:
        raise bad_parameter("Question", "(too long, or with a document type)")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - no document type can be in it
    except ElementTree.ParseError as error:
        raise bad_parameter("Question", error) from error
    url = (root.findtext(f"{{{SCHEMA}}}ExternalURL") or "").strip()
    height = root.findtext(f"{{{SCHEMA}}}FrameHeight") or ""
    if root.tag != f"{{{SCHEMA}}}ExternalQuestion" or not height.isdigit():
        raise bad_parameter("Question", root.tag)
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in AT_HOME:
        raise bad_parameter("Question", url)


def external_url(xml: str) -> str:
    """Return the address in a question."""
    return (ElementTree.fromstring(xml).findtext(f"{{{SCHEMA}}}ExternalURL") or "").strip()  # noqa: S314


def _check_requirements(requirements: list[dict[str, Any]]) -> None:
    if len(requirements) > 10:
        raise bad_parameter("QualificationRequirements", f"{len(requirements)} of them")
    for one in requirements:
        numbers, places = one.get("IntegerValues", []), one.get("LocaleValues", [])
        several = one["Comparator"] in ("In", "NotIn")
        wrong = (
            len(numbers) > (15 if several else 1)
            or len(places) > 30
            or (one["Comparator"] in ONE_PLACE and places and len(places) != 1)
            or ("RequiredToPreview" in one and "ActionsGuarded" in one)
            or (one["Comparator"] in ("Exists", "DoesNotExist")) == bool(numbers or places)
        )
        if wrong:
            raise bad_parameter("QualificationRequirements", one["Comparator"])
