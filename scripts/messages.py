"""Collect the words of participants' pages into the catalogues below locale/, and compile these.

python -m scripts.messages [LANGUAGE …]

Without a language it goes over the catalogues there are; with one it begins a new catalogue. Words that are gone leave
it, new ones are there without a translation. The desk and the site's own pages are in English.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "locale"
PAGES = ("templates/participant/*.html", "templates/base.html", "templates/[45]0[0-9].html")
CODE = (
    "surveys/web/participant/*.py", "surveys/web/unavailable.py", "surveys/services/answers.py",
    "surveys/services/assignments.py", "surveys/services/claiming.py", "surveys/services/comments.py",
    "surveys/services/consents.py", "surveys/services/privacy.py", "surveys/selectors/pairs.py",
    "surveys/selectors/practice.py", "surveys/instruments/**/*.py",
)  # fmt: skip
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def catalogue(language: str) -> Path:
    """Return where a language's words are kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def words() -> Catalog:
    """Return all words of participants' pages, without translations."""
    found = Catalog(charset="utf-8")
    for source in _sources():
        for _, message, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            found.add(message, context=context)
    return found


def _sources() -> Iterator[str]:
    from django.utils.translation.template import templatize

    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_text(encoding="utf-8")
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield "\n".join(line.strip() for line in text.splitlines())


def read(language: str) -> Catalog:
    """Return a language's catalogue; an empty one when there is none yet."""
    path = catalogue(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _empty(language: str) -> Catalog:
    head = {"project": "Twicetold", "version": "1", "msgid_bugs_address": "-", "last_translator": "Twicetold"}
    return Catalog(locale=language, language_team="Twicetold", charset="utf-8", fuzzy=False, **head)


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue in the form that the site reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def write(language: str) -> list[str]:
    """Bring a language's catalogue up to date, compile it, and return the words that have no translation."""
    before = read(language)
    found = _empty(language)
    found.creation_date = found.revision_date = before.creation_date
    found.header_comment = f"# Words of participants' pages: {language}."
    for message in words():
        if message.id:
            kept = before.get(message.id, message.context)
            found.add(message.id, kept.string if kept else "", context=message.context)
    path = catalogue(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, found, width=0, no_location=True, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(found))
    return missing(found)


def missing(catalog: Catalog) -> list[str]:
    """Return the words of a catalogue that have no translation."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalog
        if message.id and not _translated(message.string)
    ]


def _translated(string: Any) -> bool:
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


def main(languages: list[str]) -> None:
    """Write the catalogues of these languages, or of all there are."""
    for language in languages or sorted(path.name for path in LOCALE.iterdir()):
        lacking = write(language)
        print(f"{language}: {len(lacking)} words without translation")
        for each in lacking:
            print(f"  {each}")


if __name__ == "__main__":
    main(sys.argv[1:])
