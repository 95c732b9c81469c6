"""Style sheets and scripts: compressed and under names with their hash where they were collected, else as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEETS = ("vendor/pico.min.css", "css/twicetold.css")
BUNDLE = "css/site.css"
"""What every page needs, in one file; it is there where files were collected."""
SOURCES = "sources.sha256"
"""The digest of what was collected. Not dates: those of an update that was copied may be old."""
HTMX = "django_htmx/htmx-2.min.js"


class CollectedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names of static files.

    ``manage.py collectstatic`` copies them, each under a name with its hash and compressed, to be kept by browsers for
    ever. Without it, and after a change that it has not seen, pages use the files as they are.
    """

    manifest_strict = False

    def load_manifest(self) -> tuple[dict[str, str], str]:
        """Return the hashed names; none where files have changed since."""
        collected: tuple[dict[str, str], str] = super().load_manifest()
        return collected if self._is_current() else ({}, "")

    def _is_current(self) -> bool:
        seen = Path(self.location) / SOURCES
        return seen.exists() and seen.read_text() == _digest_of_sources()

    def stored_name(self, name: str) -> str:
        """Return the name with its hash, or the name as it is where nothing was collected."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Put the style sheets of every page into one file, then hash and compress all."""
        if not dry_run:
            self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(b"\n".join(_read(*paths[name]) for name in SHEETS)))
            paths[BUNDLE] = (self, BUNDLE)
        yield from super().post_process(paths, dry_run, **options)
        if not dry_run:
            (Path(self.location) / SOURCES).write_text(_digest_of_sources())  # last: what was broken off does not count

    def sheets(self) -> tuple[str, ...]:
        """Return the names of the style sheets that every page needs."""
        return (BUNDLE,) if BUNDLE in self.hashed_files else SHEETS


def _digest_of_sources() -> str:
    whole = hashlib.sha256()
    for root in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            whole.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _read(source: Storage, path: str) -> bytes:
    with source.open(path) as file:
        return bytes(file.read())


class UsedFiles(AppDirectoriesFinder):
    """Finds the one file of another package that pages use, and none of the API's browsable pages."""

    def __init__(self, app_names: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(["django_htmx"], *args, **options)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Return its path and storage."""
        return [found for found in super().list(ignore_patterns) if found[0] == HTMX]
