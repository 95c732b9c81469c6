"""Links resolve, the data dictionary is current, decisions are numbered, and no machine shows through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts import data_dictionary
from tests.docs import reading

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FORBIDDEN = {
    "a path of a machine": r"/(?:tmp|work|root)/|\.lib" + r"rary\b|/home/\w",
    "a package index of a machine": r"\bhttps?://\S*(?:pypi|npmjs|debian)\.org/simple",
    "the number of an issue": r"\bissue #?\d|\(#\d+\)",
    "unfinished work": r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
}
BINARY = {".mo", ".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2"}


def links() -> Iterator[tuple[str, str, str]]:
    for path in reading.documents():
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(reading.ROOT)), *target.partition("#")[::2]


def test_every_link_between_documents_leads_somewhere():
    for where, target, anchor in links():
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        path = (reading.ROOT / where).parent / target if target else reading.ROOT / where
        assert path.exists(), f"{where} links to {target}"
        assert not anchor or anchor in reading.anchors(path), f"{where} links to {target}#{anchor}"


def test_every_document_can_be_found_from_the_list_of_documents():
    index = reading.DOCS / "README.md"
    listed = {(reading.DOCS / target).resolve() for where, target, _ in links() if where == "docs/README.md"}
    every = {path for path in reading.documents() if path.is_relative_to(reading.DOCS) and path != index}
    assert every <= listed


def test_the_data_dictionary_is_current():
    assert reading.text("tables.md") == data_dictionary.page(), "run python -m scripts.data_dictionary"


def test_the_data_dictionary_has_every_table():
    from analysis.schemas import TABLES

    assert data_dictionary.TABLES == TABLES


def test_decisions_are_numbered_without_gaps_and_say_context_choice_and_cost():
    paths = sorted((reading.DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for path in paths:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Choice", "Cost"], path.name


def test_nothing_under_version_control_shows_a_machine_or_unfinished_work():
    for path in reading.tracked():
        if path.suffix in BINARY or "vendor" in path.parts:
            continue
        content = path.read_text(encoding="utf-8")
        for what, pattern in FORBIDDEN.items():
            found = re.search(pattern, content)
            assert not found, f"{path.relative_to(reading.ROOT)} shows {what}: {found and found[0]}"
