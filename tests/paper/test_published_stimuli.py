"""The authors' published files: JPEG targets on their originals, and our quality presets beside their JPEGs."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from compression import images, jpeg_file
from compression.build import build, finished
from compression.codecs.jpeg import JpegCodec, JpegSettings
from compression.codecs.libjpeg import by_tables
from compression.codecs.tables import COARSEST, tables
from compression.codecs.target import percent_smaller
from compression.errors import InfeasibleError, PictureError
from compression.images import Picture
from compression.store import Store
from compression.study import StimulusDefinition, parse, resolve
from compression.types import Original

pytestmark = pytest.mark.published

# Two sets were not made as the others: object_1 from an intermediate JPEG, object_2 with other sampling and scan.
ODD: dict[str, dict[str, Any]] = {
    "object_2_q1": {"sampling": "4:2:0", "mode": "baseline"},
    "object_2_q11": {"sampling": "4:2:0", "mode": "progressive"},
}
FROM_AN_INTERMEDIATE = "object_1"


@pytest.fixture(scope="module")
def originals(published_study: Path) -> dict[str, tuple[Picture, int]]:
    """Every readable original with its file's size."""
    found = {}
    for path in sorted((published_study / "original_images").iterdir()):
        data = path.read_bytes()
        try:
            found[path.stem] = images.read(data, path.name), len(data)
        except PictureError:
            continue
    return found


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def smallest(picture: Picture) -> int:
    return min(len(by_tables(picture.image, tables(COARSEST), "4:2:0", scan)) for scan in (False, True))


@pytest.mark.parametrize("percent", [80, 90, 95])
def test_every_feasible_target_is_met_within_half_a_percent_below(
    originals: dict[str, tuple[Picture, int]], percent: int
) -> None:
    feasible = 0
    for slug, (picture, file_bytes) in originals.items():
        target = percent_smaller(file_bytes, percent)
        original = Original(slug, "", None, "", file_bytes)
        codec = JpegCodec(JpegSettings(target_percent_smaller=percent))
        if smallest(picture) > target:
            with pytest.raises(InfeasibleError):
                codec.encode(picture.image, original)
            continue
        feasible += 1
        size_bytes = len(codec.encode(picture.image, original).data)
        assert 0.995 * target <= size_bytes <= target, slug
    assert feasible


@pytest.mark.parametrize("quality", [1, 11])
def test_the_papers_preset_gives_the_published_image_data_within_a_fifth_of_a_percent(
    originals: dict[str, tuple[Picture, int]], published_study: Path, quality: int
) -> None:
    gaps = {}
    for path in sorted((published_study / "compressed_images").glob(f"*_q{quality}.*")):
        slug = path.stem.removesuffix(f"_q{quality}")
        if slug not in originals or slug == FROM_AN_INTERMEDIATE:
            continue
        settings = ODD.get(path.stem, {"preset": "paper"}) | {"quality": quality}
        file = next((published_study / "original_images").glob(f"{slug}.*"))
        original = Original(slug, "", file, hashlib.sha256(file.read_bytes()).hexdigest(), originals[slug][1])
        made = JpegCodec(JpegSettings.model_validate(settings)).encode(originals[slug][0].image, original)
        theirs = jpeg_file.image_bytes(path.read_bytes())
        gaps[slug] = abs(jpeg_file.image_bytes(made.data) / theirs - 1)
    assert gaps
    assert max(gaps.values()) < 0.002, gaps


def test_the_published_sizes_are_counted_to_the_byte(published_study: Path, tmp_path: Path, threads: Executor) -> None:
    slugs = sorted({path.stem.rsplit("_", 1)[0] for path in (published_study / "compressed_images").glob("*_q1.*")})
    folder = {"backend": "folder", "folder": "compressed_images"}
    words = {
        "captioner": {"backend": "human", "file": "captions.csv", "optional": True},
        "reconstructor": {"backend": "folder", "folder": "reconstructed_images", "suffix": "_gr"},
    }
    data = {
        "study": {"slug": "published", "title": "Published", "seed": 1, "missing_files": "record"},
        "categories": [{"slug": "all", "title": "All"}],
        "originals": [{"slug": slug, "category": "all", "file": f"original_images/{slug}.jpg"} for slug in slugs],
        "methods": [
            {"slug": "q1", "title": "Q1", "family": "classical", "codec": folder | {"suffix": "_q1"}},
            {"slug": "q11", "title": "Q11", "family": "classical", "codec": folder | {"suffix": "_q11"}},
            {"slug": "gpt", "title": "GPT", "family": "textual"} | words,
        ],
    }
    plan = resolve(parse(StimulusDefinition, data), published_study)
    store = Store(tmp_path)
    for _ in build(plan, store, threads):
        pass
    built = finished(plan, store)
    for row in built.stimuli:
        if row.family == "textual":
            assert row.size_bytes is None
            continue
        path = next((published_study / "compressed_images").glob(f"{row.original}_{row.method}.*"))
        assert row.size_bytes == row.file_bytes == path.stat().st_size
        assert row.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert row.state == ("ready" if row.original_bytes else "unpaired")
    means = {
        method: sum(row.size_bytes or 0 for row in built.stimuli if row.method == method) / len(slugs)
        for method in ("q1", "q11")
    }
    expected = {15: (81_155.6, 168_497.333), 9: (69_695.889, 150_793.556)}
    if len(slugs) in expected:
        assert (means["q1"], means["q11"]) == pytest.approx(expected[len(slugs)], abs=0.001)
