"""ExternalQuestion: the XML that makes a HIT a frame of our page; and the answers' XML that comes back."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from surveys.panels.base import PanelRefused

SCHEMA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
MOST_BYTES = 65_535
RECEIPT_FIELD = "receipt_code"
AT_HOME = ("localhost", "127.0.0.1", "::1")


def external_question(url: str, frame_height: int) -> str:
    """Return the question for a page of ours; `frame_height` in px, 0 = as high as the window."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in AT_HOME:
        raise PanelRefused(
            f"Mechanical Turk frames pages under https only, not {parts.scheme or 'an address without a scheme'}.",
            "Set SITE_URL to the site's https address.",
        )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><ExternalQuestion xmlns="{SCHEMA}">'
        f"<ExternalURL>{escape(url)}</ExternalURL><FrameHeight>{frame_height}</FrameHeight></ExternalQuestion>"
    )
    size_bytes = len(xml.encode())
    if size_bytes > MOST_BYTES:
        raise PanelRefused(
            f"The question is {size_bytes} bytes long; Mechanical Turk takes {MOST_BYTES}.", "Shorten the address."
        )
    return xml


def receipt_code(answer: str) -> str:
    """Return the receipt code from a worker's answers, or nothing when there is none to read."""
    if not answer or "<!" in answer:  # neither entities nor CDATA belong there
        return ""
    try:
        root = ElementTree.fromstring(answer)  # noqa: S314 - no document type can be in it
    except ElementTree.ParseError:
        return ""
    for one in root.iter():
        if one.tag.endswith("}Answer") and one.findtext("{*}QuestionIdentifier") == RECEIPT_FIELD:
            return (one.findtext("{*}FreeText") or "").strip()
    return ""
