"""What goes in and out of this package: frozen records, and the protocols of its backends."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from PIL.Image import Image

from compression.errors import MissingFile

__all__ = [
    "Backend", "BackendKind", "BestOf", "Caption", "Captioner", "Encoded", "Family", "FileBacked",
    "FileCaptioner", "ImageCodec", "Lane", "Method", "MissingFile", "Original", "PaidCaptioner",
    "PaidReconstructor", "Plan", "Reconstruction", "Reconstructor", "Rendition", "Source", "State",
    "Stimulus", "Watermark",
]  # fmt: skip

Family = Literal["textual", "classical"]
BackendKind = Literal["codec", "captioner", "reconstructor"]
State = Literal["ready", "unpaired", "missing", "infeasible", "failed"]
Lane = Literal["cpu", "model", "paid"]


@dataclass(frozen=True, slots=True)
class Original:
    """A picture of the study as it was given.

    Attributes
    ----------
    path
        The file, or None when it is missing or empty; ``reason`` then says why.
    sha256
        Of the file; empty when it is missing.
    file_bytes
        Size of the file in bytes, metadata included; the denominator of "X % smaller".
    width, height
        Upright size in pixels, 0 when the file is missing.
    """

    slug: str
    category: str
    path: Path | None
    sha256: str
    file_bytes: int
    reason: str = ""
    may_send_to_third_parties: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """An existing file of a method for one original; ``path`` is None when it is missing, with a reason."""

    path: Path | None
    sha256: str = ""
    file_bytes: int = 0
    reason: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Caption:
    """The words for one original, kept in Unicode's composed form (NFC) without outer white space.

    Attributes
    ----------
    elements
        The words by element of the guide (``a`` to ``f``), where the caption was written so.
    provenance
        How generated words came to be, as plain JSON data; empty for words that people wrote.
    """

    original: str
    text: str
    elements: Mapping[str, str] = field(default_factory=dict, hash=False)
    provenance: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", unicodedata.normalize("NFC", self.text).strip())

    @property
    def size_bytes(self) -> int:
        """UTF-8 bytes of the text: the size that counts for a textual stimulus."""
        return len(self.text.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A picture file made from words, and how it came to be, as plain JSON data."""

    data: bytes
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a codec made: the complete file, its size in pixels, and what the encoder chose."""

    data: bytes
    width: int
    height: int
    media_type: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Backend:
    """A registered backend and its validated settings (plain JSON data)."""

    kind: BackendKind
    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BestOf:
    """How many reconstructions are made of the same words, and the model whose similarity chooses one."""

    n: int
    model: str
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to compress: a codec, or a captioner with a reconstructor.

    Attributes
    ----------
    curve, point
        For one of several operating points of a method: what they share, and what is special about this one.
    draw
        Which of several reconstructions of the same words this method is, from 1.
    best_of
        Several reconstructions are made and the one nearest to the original is taken.
    """

    slug: str
    title: str
    family: Family
    codec: Backend | None = None
    captioner: Backend | None = None
    reconstructor: Backend | None = None
    curve: str = ""
    point: str = ""
    draw: int = 1
    best_of: BestOf | None = None


@dataclass(frozen=True, slots=True)
class Watermark:
    """A part of every picture that is not to be seen, as fractions of its width and height.

    Attributes
    ----------
    action
        Whether the box is filled with grey, or the side that it touches is cut off.
    """

    action: Literal["mask", "crop"]
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A study file with every file found and hashed: all that :func:`compression.build.build` needs.

    Attributes
    ----------
    root
        The folder that all paths of the study stay below.
    area_px, pair_budget_bytes
        Pixel area of every rendition; most bytes that two renditions shown together may have.
    watermark
        What is hidden in every rendition.
    captions
        Per (method, original), from captioners that read files.
    sources
        Per (method, original), for methods whose pictures are existing files.
    missing_captions
        Per (method, original), why a caption that is needed is not there.
    """

    study: str
    seed: int
    simulated: bool
    area_px: int
    pair_budget_bytes: int
    categories: tuple[str, ...]
    originals: tuple[Original, ...]
    methods: tuple[Method, ...]
    captions: Mapping[tuple[str, str], Caption]
    root: Path = Path()
    sources: Mapping[tuple[str, str], Source] = field(default_factory=dict)
    missing_captions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    watermark: Watermark | None = None


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One original through one method: a row of the stimuli table (see ``schemas/stimuli.json``)."""

    stimulus: str
    original: str
    category: str
    method: str
    family: Family
    caption: str | None
    size_bytes: int | None
    file_bytes: int | None
    image_bytes: int | None
    width: int | None
    height: int | None
    original_bytes: int | None
    original_pixels: int | None
    sha256: str | None
    rendition_sha256: str | None
    original_rendition_sha256: str | None
    state: State
    reason: str
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]
    provenance: Mapping[str, Any] = field(default_factory=dict, compare=False)
    brotli_bytes: int | None = None
    bits_per_pixel: float | None = None
    curve: str | None = None
    point: str | None = None
    draw: int = 1


@dataclass(frozen=True, slots=True)
class Rendition:
    """The pixels that are shown for a picture: a lossless WebP of the study's pixel area, its watermark hidden."""

    sha256: str
    width: int
    height: int
    size_bytes: int
    area_px: int
    source_sha256: str
    watermark: Watermark | None = None


class ImageCodec(Protocol):
    """A classical codec."""

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the result: a new version makes it anew."""

    def encode(self, image: Image, original: Original) -> Encoded:
        """Encode upright sRGB pixels; raise :class:`~compression.errors.InfeasibleError`, never go above a target."""


@runtime_checkable
class FileBacked(Protocol):
    """A codec or reconstructor whose pictures exist as files already."""

    def source(self, original: str) -> Path:
        """Path of the file for an original's slug; raise :class:`MissingFile` when there is none."""


class Captioner(Protocol):
    """An encoder of the textual transform.

    A backend may say where it wants to work by an attribute ``lane``: ``cpu`` (any process, the default), ``model``
    (the one process that keeps models loaded) or ``paid`` (with a :class:`compression.calls.Caller` as last argument).
    """

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the result: a new version makes it anew."""

    def caption(self, original: Original) -> Caption | None:
        """Words for an original, None when they are not known."""


class PaidCaptioner(Protocol):
    """A captioner whose every answer costs money: its ``lane`` is ``paid``."""

    lane: Lane

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the result: a new version makes it anew."""

    def caption(self, original: Original, caller: Any) -> Caption:
        """Words for an original, asked for through a :class:`compression.calls.Caller` and in no other way."""


@runtime_checkable
class FileCaptioner(Protocol):
    """A captioner whose words exist as a file already, read once and checked as a whole."""

    optional: bool

    def captions(self, originals: list[str]) -> Mapping[str, Caption]:
        """All captions by original; raise :class:`compression.errors.StudyError` with every wrong line."""


class Reconstructor(Protocol):
    """A decoder of the textual transform: it gets the words and never the original."""

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the result: a new version makes it anew."""

    def reconstruct(
        self, caption: str | None, original_slug: str, seed: int, width: int, height: int
    ) -> bytes | Reconstruction:
        """Return a picture file about ``width`` × ``height`` px; raise :class:`MissingFile` when one is lacking.

        ``seed`` fixes the result; a paid service, which takes none, gets the number of the draw instead (from 1).
        """


class PaidReconstructor(Protocol):
    """A reconstructor whose every picture costs money: its ``lane`` is ``paid``."""

    lane: Lane

    @property
    def versions(self) -> Mapping[str, str]:
        """All that decides the result: a new version makes it anew."""

    def reconstruct(
        self, caption: str | None, original_slug: str, seed: int, width: int, height: int, caller: Any
    ) -> Reconstruction:
        """Return a picture asked for through a :class:`compression.calls.Caller`; ``seed`` is the draw, from 1."""
