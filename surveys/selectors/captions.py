"""Words written on the desk: which methods take them, what stands now, and every version that ever stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import groupby, product
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from compression.captioners.human import HumanCaptioner, HumanSettings
from compression.files import Files
from compression.types import Caption as Words
from surveys.models import Caption, Method, Original, Stimulus, Study

Key = tuple[str, str]
LATER = "there is no caption for {} yet: write it on the desk's page of captions"


@dataclass(frozen=True)
class Version:
    """One wording, and the number that its writer has in this study (0: it came with the study file)."""

    caption: Caption
    writer: int

    @property
    def size_bytes(self) -> int:
        return Words("", self.caption.text).size_bytes


@dataclass(frozen=True)
class Candidate:
    """One of several captions for a picture, newest version first."""

    number: int
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def chosen(self) -> bool:
        """Tell whether one of its versions is the words that count."""
        return any(version.caption.current for version in self.versions)


@dataclass(frozen=True)
class Entry:
    """An original and its captions by one method."""

    method: Method
    original: Original
    candidates: tuple[Candidate, ...]

    @property
    def current(self) -> Version | None:
        """The words that count; None while none are written."""
        every = (version for candidate in self.candidates for version in candidate.versions)
        return next((version for version in every if version.caption.current), None)

    @property
    def lacking(self) -> bool:
        """Tell whether words can be written, and are not."""
        return self.current is None and not self.original.reason


def on_page(method: Method) -> bool:
    """Tell whether a method's words are written on the desk."""
    captioner = method.settings.get("captioner") or {}
    return captioner.get("backend") == "human" and bool(captioner.get("page"))


def page_methods(study: Study) -> list[Method]:
    """Return the methods whose words are written on the desk, in the study's order."""
    return [method for method in study.methods.all() if on_page(method)]


def studies_to_write(user: Any) -> list[Study]:
    """Return the studies of others for which a user may write captions; superusers alone may."""
    if not user.is_superuser:
        return []
    others = Study.objects.exclude(owner_id=user.pk).prefetch_related("methods").order_by("title", "slug")
    return [study for study in others if any(map(on_page, study.methods.all()))]


def writing_methods(study: Study) -> dict[Method, list[Method]]:
    """Return the methods that have pages to write on, each with all that take its words: draws and ablations of it."""
    found: dict[str, list[Method]] = {}
    for method in page_methods(study):
        found.setdefault(parent(method), []).append(method)
    return {methods[0]: methods for methods in found.values()}


def parent(method: Method) -> str:
    """Return the slug of the study file's method that this one is an operating point of."""
    drawn = method.slug.removesuffix(f"-draw-{method.settings.get('draw', 1)}")
    return drawn.removesuffix(f"-lacks-{method.settings['captioner'].get('without', '')}")


def writers(study: Study) -> dict[str, int]:
    """Number a study's writers in the order in which they first wrote; names are not kept."""
    rows = Caption.objects.filter(method__study=study).exclude(writer="").order_by("pk")
    return {writer: number for number, writer in enumerate(dict.fromkeys(rows.values_list("writer", flat=True)), 1)}


def entries(study: Study, methods: list[Method], original: Original | None = None) -> list[Entry]:
    """Return every original of every method with its captions; four queries whatever their number."""
    numbers = writers(study)
    rows = Caption.objects.filter(method__in=methods).order_by("method", "original", "candidate", "-pk")
    if original is not None:
        rows = rows.filter(original=original)
    found = {
        key: tuple(_candidate(number, versions, numbers) for number, versions in groupby(each, attrgetter("candidate")))
        for key, each in groupby(rows, attrgetter("method_id", "original_id"))
    }
    originals = [original] if original else list(_originals(study))
    return [Entry(method, row, found.get((method.pk, row.pk), ())) for method in methods for row in originals]


def _candidate(number: int, rows: Iterable[Caption], numbers: Mapping[str, int]) -> Candidate:
    return Candidate(number, tuple(Version(row, numbers.get(row.writer, 0)) for row in rows))


def _originals(study: Study) -> QuerySet[Original]:
    return study.originals.select_related("category", "rendition")


def words(study: Study) -> tuple[dict[Key, Words], dict[Key, str]]:
    """Return the words that count, by method and original, and why others are not there.

    Only methods whose words are written on the desk are among them. Words that may be unknown (``optional``) and are
    not written are in neither.
    """
    sources = writing_methods(study)
    if not sources:
        return {}, {}
    rows = Caption.objects.filter(method__in=list(sources), current=True).select_related("original")
    numbers = writers(study)
    written = {(row.method_id, row.original.slug): _as_words(row, numbers.get(row.writer, 0)) for row in rows}
    originals = list(study.originals.filter(reason="").values_list("slug", flat=True))
    there: dict[Key, Words] = {}
    lacking: dict[Key, str] = {}
    for source, methods in sources.items():
        for method, slug in product(methods, originals):
            found = _words_of(method, slug, written.get((source.pk, slug)))
            if isinstance(found, Words):
                there[method.slug, slug] = found
            elif found:
                lacking[method.slug, slug] = found
    return there, lacking


def _as_words(row: Caption, writer: int) -> Words:
    at = row.created_at.astimezone(UTC).isoformat(timespec="seconds")
    told = {
        "written_by": f"writer {writer}" if writer else "the study file",
        "written_at": at,
        "words_sha256": row.sha256,
    }
    return Words(row.original.slug, row.text, row.elements, told)


def _words_of(method: Method, original: str, written: Words | None) -> Words | str:
    """Return a method's words made from those that were written, or why there are none; empty when they need not be."""
    settings = {name: value for name, value in method.settings["captioner"].items() if name != "backend"}
    if written is None:
        return "" if settings.get("optional") else LATER.format(original)
    try:
        cut = HumanCaptioner(HumanSettings(**settings), Files(Path())).cut(written)
        return replace(cut, provenance=written.provenance)
    except ValueError as error:
        return str(error)


def unwritten(study: Study) -> int:
    """Return how many captions are still to be written on the desk."""
    lacking = words(study)[1]
    sources = {method.slug for method in writing_methods(study)}
    return sum(reason == LATER.format(original) for (method, original), reason in lacking.items() if method in sources)


def unmade(study: Study) -> list[str]:
    """Return the stimuli that were made from other words than those that count now."""
    methods = page_methods(study)
    if not methods:
        return []
    texts = {key: each.text for key, each in words(study)[0].items()}
    rows = Stimulus.objects.filter(method__in=methods, current=True).select_related("original", "method")
    made = rows.exclude(state=Stimulus.State.FAILED).filter(original__reason="")
    return [row.name for row in made if row.caption != texts.get((row.method.slug, row.original.slug))]
