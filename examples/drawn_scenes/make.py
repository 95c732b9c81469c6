"""``python -m examples.drawn_scenes.make OUT`` draws the originals and writes the captions below OUT.

Files that are already right are left alone, so that a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image
from rich.progress import Progress

from examples.drawn_scenes.draw import draw_original
from examples.drawn_scenes.scenes import SCENES, Scene
from examples.drawn_scenes.words import LEVELS, Level, describe

QUALITY = 90
HERE = Path(__file__).resolve().parent


def original_files(scene: Scene) -> tuple[bytes, bytes]:
    """The original as a JPEG without metadata, and a PNG that tells which pixel shows which named thing."""
    picture, file, owners = draw_original(scene), io.BytesIO(), io.BytesIO()
    picture.image.save(file, "JPEG", quality=QUALITY, subsampling="4:2:0", optimize=True)
    Image.fromarray(picture.owners).save(owners, "PNG")
    return file.getvalue(), owners.getvalue()


def captions_csv(level: Level) -> str:
    """All captions of one length, as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("original", "caption"))
    writer.writerows((scene.slug, describe(scene, level)) for scene in SCENES)
    return file.getvalue()


def drawing_code() -> str:
    """A hash of all that decides how originals look."""
    digest = hashlib.sha256()
    for path in sorted([*HERE.glob("drawing/*.py"), HERE / "scenes.py", HERE / "draw.py", HERE / "imagine.py"]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def write(path: Path, data: bytes) -> bool:
    """Put a complete file in place unless it is there; returns whether it was written."""
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
    return True


def make(out: Path) -> int:
    """Write originals and captions below ``out``; returns how many files were written."""
    written = sum(write(out / "captions" / f"{level}.csv", captions_csv(level).encode()) for level in LEVELS)
    code = drawing_code()
    left = [scene for scene in SCENES if not _drawn(out, scene, code)]
    with Progress() as progress:
        task = progress.add_task("Drawing originals", total=len(SCENES), completed=len(SCENES) - len(left))
        for scene, (data, owners) in _drawings(left):
            write(out / "masks" / f"{scene.slug}.png", owners)
            written += write(out / "originals" / f"{scene.slug}.jpg", data)
            write(_stamp(out, scene), f"{code} {hashlib.sha256(data).hexdigest()}".encode())
            progress.advance(task)
    return written


def _drawings(scenes: list[Scene]) -> Iterator[tuple[Scene, tuple[bytes, bytes]]]:
    if not scenes:
        return
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(scenes, pool.map(original_files, scenes), strict=True)


def _stamp(out: Path, scene: Scene) -> Path:
    return out / ".drawn" / scene.slug


def _drawn(out: Path, scene: Scene, code: str) -> bool:
    stamp, file = _stamp(out, scene), out / "originals" / f"{scene.slug}.jpg"
    if not (stamp.exists() and file.exists()):
        return False
    return stamp.read_text() == f"{code} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m examples.drawn_scenes.make", description=make.__doc__)
    parser.add_argument("out", type=Path, metavar="OUT")
    written = make(parser.parse_args().out)
    print(f"{written} files written, {len(SCENES) + len(LEVELS) - written} were there already.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
