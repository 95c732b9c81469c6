"""How fast and how near the codecs' search is: ``python -m benchmarks.codecs [PICTURE …]``."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PIL.Image import Image

from benchmarks import pictures, tools
from benchmarks.timing import fastest, show
from compression import images, metrics
from compression.codecs.jpeg_target import Target, encode_to_size
from compression.codecs.libjpeg import Sampling, by_quality, by_tables
from compression.codecs.tables import tables
from compression.errors import InfeasibleError
from compression.files import Files
from compression.methods import registry
from compression.types import Encoded, Original

SHARES = (0.20, 0.10)  # of the original's file: 80 and 90 % smaller
KINDS = ("baseline", "progressive", "smaller")
SAMPLING: Sampling = "4:2:0"
SEARCH = ("picture", "kind", "× least possible", "× faster than bisection", "encodings", "largest gap %")
TOOLS = ("picture", "target", "program", "processor s", "size − target %")
CODECS = ("codec", "processor s", "encodings", "gap %", "SSIM", "outcome")
MEMORY = ("codec or step", "most MB")


def main(paths: list[str]) -> None:
    """Print all tables."""
    files = pictures.named(paths)
    show("search: two JPEG targets of one picture", SEARCH, [row for file in files.items() for row in _search(*file)])
    show("tools: one target, from file to file", TOOLS, [row for file in files.items() for row in _tools(*file)])
    name, file = next(iter(files.items()))
    show(f"codecs: 90 % smaller, {name}", CODECS, list(_codecs(file)))
    show("memory: a picture of 48 megapixels, 90 % smaller or as it is shown", MEMORY, list(_memory()))


def _search(name: str, file: bytes) -> Iterator[Sequence[object]]:
    for kind in KINDS:
        yield (name, kind, *_searched(file, kind))


def _searched(file: bytes, kind: Any) -> Sequence[object]:
    targets = [int(len(file) * share) for share in SHARES]

    def ours() -> list[tuple[bytes, dict[str, Any]]]:
        image = _decoded(file)
        return [encode_to_size(image, Target(target, SAMPLING, kind)) for target in targets]

    try:
        seconds, made = fastest(ours)
    except InfeasibleError as error:
        return ("–", "–", "–", str(error.reason).split(".")[0])
    decoding, image = fastest(lambda: _decoded(file))
    least = sum(fastest(partial(_once, image, found))[0] for _, found in made)
    scans = [found["mode"] == "progressive" for _, found in made]
    bisecting, _ = fastest(lambda: [_bisect(image, *pair) for pair in zip(targets, scans, strict=True)], 1)
    gap = max(found["unused_percent"] for _, found in made)
    encodings = " + ".join(str(found["encodings"]) for _, found in made)
    return seconds / (decoding + least), (decoding + bisecting) / seconds, encodings, gap


def _once(image: Image, found: dict[str, Any]) -> bytes:
    asked = tables(found["luma_scale_percent"], found["chroma_scale_percent"])
    return by_tables(image, asked, SAMPLING, found["mode"] == "progressive")


def _bisect(image: Image, target: int, progressive: bool) -> int:
    """Return the highest quality from 1 to 100 whose file fits, 0 when none does."""
    low, high = 0, 101
    while high - low > 1:
        middle = (low + high) // 2
        fits = len(by_quality(image, middle, SAMPLING, progressive)) <= target
        low, high = (middle, high) if fits else (low, middle)
    return low


def _tools(name: str, file: bytes) -> Iterator[Sequence[object]]:
    programs = {"jpegoptim": tools.jpegoptim, "ImageMagick": tools.image_magick, "ours": _ours}
    missing = tools.missing()
    for share in SHARES:
        target = int(len(file) * share)
        for program, run in programs.items():
            if program in missing:
                yield name, f"{target:,}", program, missing[program], "–"
                continue
            seconds, made = fastest(partial(run, file, target))
            yield name, f"{target:,}", program, seconds, 100 * (len(made) / target - 1)


def _ours(file: bytes, target: int) -> bytes:
    return encode_to_size(_decoded(file), Target(target, SAMPLING, "baseline"))[0]


def _codecs(file: bytes) -> Iterator[Sequence[object]]:
    image = _decoded(file)
    for codec in ("jpeg", "webp", "avif", "jpeg-xl"):
        try:
            seconds, made = fastest(partial(encoded, codec, image, len(file)), 1)
        except Exception as error:
            yield codec, "–", "–", "–", "–", str(error)
            continue
        found = made.parameters
        score = metrics.ssim(image, images.read(made.data, codec, jpeg_xl=True).image)
        yield codec, seconds, found["encodings"], found["unused_percent"], f"{score:.4f}", f"{len(made.data):,} bytes"


def encoded(codec: str, image: Image, file_bytes: int) -> Encoded:
    """Return what a codec makes of a picture, 90 % smaller than its file."""
    backend = registry().backend("codec", codec, {"target_percent_smaller": 90, "downscale_when_infeasible": True})
    made: Encoded = registry().make(backend, Files(Path())).encode(image, Original("it", "", None, "", file_bytes))
    return made


def _memory() -> Iterator[Sequence[object]]:
    for codec in ("jpeg", "webp", "jpeg-xl", "rendition"):
        command = [sys.executable, "-m", "benchmarks.memory", codec]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        yield codec, json.loads(ran.stdout)["peak_mb"]


def _decoded(file: bytes) -> Image:
    return images.read(file, "The picture").image


if __name__ == "__main__":
    main(sys.argv[1:])
