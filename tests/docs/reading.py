"""Read the documents: sections by heading, names in code, commands in code blocks, links."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^ {4}\S.*\n)+", re.MULTILINE)
HEADING = re.compile(r"^#{1,4} (.+)$", re.MULTILINE)


@cache
def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one; fail when there is no such heading."""
    parts = re.split(rf"^#+ {re.escape(heading)}$", text(name), flags=re.MULTILINE)
    assert len(parts) == 2, f"docs/{name} has no heading {heading!r} (or two)"
    return re.split(r"^#+ ", parts[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(part: str) -> dict[str, str]:
    """Return the table rows of a part by the names in code that their first cell holds."""
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return {name: line for line in lines for name in re.findall(r"`([^`]+)`", line.split(" | ")[0])}


@cache
def documents() -> tuple[Path, ...]:
    """Return every document under version control."""
    return tuple(path for path in tracked() if path.suffix == ".md" and "vendor" not in path.parts)


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file under version control."""
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def blocks(path: Path, language: str = "") -> Iterator[str]:
    """Yield the code blocks of a document, fenced ones of a language or indented ones."""
    content = path.read_text(encoding="utf-8")
    yield from (body for its, body in FENCE.findall(content) if not language or its == language)
    if not language:
        yield from INDENTED.findall(FENCE.sub("", content))


def command_lines(path: Path) -> Iterator[str]:
    """Yield the command lines of a document's code blocks, without comments; continued lines are one."""
    for block in blocks(path):
        for line in block.replace("\\\n", " ").splitlines():
            yield re.sub(r"\s#.*", "", line).strip()


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(path.read_text(encoding="utf-8"))
    }
