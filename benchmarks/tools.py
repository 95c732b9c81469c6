"""Other programs that make a JPEG of a wanted size."""

import shutil
import subprocess
import tempfile
from pathlib import Path

INSTALL = "not installed: apt-get install"


def jpegoptim(file: bytes, size_bytes: int) -> bytes:
    """Return what ``jpegoptim --size`` makes of a JPEG file; it takes whole kilobytes of 1,024."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "it.jpg")
        path.write_bytes(file)
        subprocess.run(["jpegoptim", "-q", "--strip-all", f"--size={size_bytes // 1024}k", path], check=True)
        return path.read_bytes()


def image_magick(file: bytes, size_bytes: int) -> bytes:
    """Return what ImageMagick's ``jpeg:extent`` makes of a JPEG file."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.jpg"), Path(folder, "after.jpg")
        before.write_bytes(file)
        extent = f"jpeg:extent={size_bytes}b"
        command = [
            find_image_magick(),
            str(before),
            "-strip",
            "-sampling-factor",
            "4:2:0",
            "-define",
            extent,
            str(after),
        ]
        subprocess.run(command, check=True)
        return after.read_bytes()


def find_image_magick() -> str:
    """Return the name of ImageMagick's program, empty when it is not installed."""
    return next((name for name in ("magick", "convert-im6.q16") if shutil.which(name)), "")


def missing() -> dict[str, str]:
    """Return why a program cannot be compared with, by name."""
    found = {}
    if not shutil.which("jpegoptim"):
        found["jpegoptim"] = f"{INSTALL} jpegoptim"
    if not find_image_magick():
        found["ImageMagick"] = f"{INSTALL} imagemagick"
    return found
