"""Words written on the desk: which methods take them, what stands now, and every version that ever stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from compression.types import Caption as Words
from surveys.models import Caption, Method, Original, Stimulus, Study

ELEMENTS = "abcdef"  # of the guide, in its order


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


def words(study: Study) -> dict[tuple[str, str], Words]:
    """Return the words that count, by method and original, of all methods whose words are written on the desk."""
    rows = Caption.objects.filter(method__in=page_methods(study), current=True).select_related("method", "original")
    return {(row.method.slug, row.original.slug): Words(row.original.slug, row.text, row.elements) for row in rows}


def unwritten(study: Study) -> list[tuple[str, str]]:
    """Return (method, original) of the words that are still to be written on the desk."""
    needed = [method.slug for method in page_methods(study) if not method.settings["captioner"].get("optional")]
    if not needed:
        return []
    there = words(study)
    originals = list(study.originals.filter(reason="").values_list("slug", flat=True))
    return [(method, slug) for method in needed for slug in originals if (method, slug) not in there]


def unmade(study: Study) -> list[str]:
    """Return the stimuli that were made from other words than those that count now."""
    methods = page_methods(study)
    if not methods:
        return []
    texts = {key: each.text for key, each in words(study).items()}
    rows = Stimulus.objects.filter(method__in=methods, current=True).select_related("original", "method")
    made = rows.exclude(state=Stimulus.State.FAILED)
    return [row.name for row in made if row.caption != texts.get((row.method.slug, row.original.slug))]
