"""The only door for pixels: whatever comes in leaves as upright 8-bit sRGB, or is refused in words."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from compression import colour, jpeg_xl_file, trailing
from compression.errors import PictureError, RemediedError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
MAX_PIXELS = 64_000_000
MAX_SIDE = 65_500  # the longest side a JPEG can have in libjpeg
ANOTHER = "save it as JPEG, PNG or WebP and put that in its place"
AGAIN = "copy the file again from its source"
PUT_BACK = "put the file back, or drop it from the study file"
_warnings_lock = threading.Lock()
Image.init()  # registers all formats once, so that naming them works in any order


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the product sees it.

    Attributes
    ----------
    image
        Pillow image in mode RGB: sRGB, upright, opaque.
    media_type
        Of the file it came from.
    notes
        What was changed or noticed on the way in, in words.
    """

    image: Image.Image
    media_type: str
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """Upright width in pixels."""
        return self.image.width

    @property
    def height(self) -> int:
        """Upright height in pixels."""
        return self.image.height


def probe(data: bytes, name: str) -> tuple[int, int]:
    """Return width and height (px, upright) from a picture's header; its pixels may still be damaged.

    Raises
    ------
    PictureError
        When it is empty, no picture, too large or animated.
    """
    image = _open(data, name)
    notes: list[str] = []
    turned = _orientation(image, notes) >= 5
    return (image.height, image.width) if turned else image.size


def read(data: bytes, name: str, *, jpeg_xl: bool = False, keep_profile: bool = False) -> Picture:
    """Decode a file completely into canonical pixels.

    Parameters
    ----------
    data
        The file.
    name
        How messages call it.
    jpeg_xl
        Whether it may be a JPEG XL file of ours; those of other encoders are not taken as originals.
    keep_profile
        Whether the colours of an RGB file stay as they are, its profile in the image's ``info``.

    Raises
    ------
    PictureError
        When it is empty, no picture, too large, animated, truncated or of an unusable kind of pixels.
    """
    if jpeg_xl and jpeg_xl_file.is_jpeg_xl(data):
        return _read_jpeg_xl(data, name)
    image = _open(data, name)
    notes = ["the first of its frames was taken"] if image.format == "MPO" else []
    if ";16" in str([tile[3] for tile in image.tile]) and not image.mode.startswith("I;16"):
        notes.append("16 bits per channel were reduced to 8")
    _load(image, name)
    notes += trailing.notes(data, image.format or "")
    upright = _upright(image, notes)
    profile = upright.info.pop("icc_profile", None) if keep_profile and upright.mode in {"RGB", "RGBA"} else None
    canonical = colour.to_srgb(upright, name, notes)
    canonical.info = {"icc_profile": profile} if profile else {}  # a comment here would be written into every JPEG
    return Picture(canonical, str(image.get_format_mimetype()), tuple(notes))


def _read_jpeg_xl(data: bytes, name: str) -> Picture:
    width, height = jpeg_xl_file.size(data)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_large(name)
    try:
        image = jpeg_xl_file.read(data)
    except RemediedError as error:
        raise PictureError(f"{name} cannot be read: {error.message}", error.remedy) from error
    except Exception as error:  # imagecodecs raises an error of its own, which can't be named when it is not there
        raise PictureError(f"{name} is truncated or damaged ({error})", AGAIN) from error
    return Picture(image, "image/jxl", ())


def _open(data: bytes, name: str) -> ImageFile.ImageFile:
    if not data:
        raise PictureError(f"{name} is empty (0 bytes)", PUT_BACK)
    try:
        with _warnings("ignore"):
            image: ImageFile.ImageFile = Image.open(BytesIO(data), formats=FORMATS)
        frames = getattr(image, "n_frames", 1)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise PictureError(f"{name} is not a picture{_guess(data)}", ANOTHER) from error
    except Exception as error:  # on damaged files Pillow raises nearly anything
        raise PictureError(f"{name} cannot be opened ({error})", AGAIN) from error
    _check(image, frames, name)
    return image


def _check(image: Image.Image, frames: int, name: str) -> None:
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise _too_large(name)
    if frames > 1 and image.format != "MPO":
        raise PictureError(f"{name} has {frames} frames or pages", "save the one that is meant as a picture of its own")
    if image.mode not in colour.MODES:
        raise PictureError(f"{name} has pixels of an unusable kind (mode {image.mode})", ANOTHER)


def _load(image: Image.Image, name: str) -> None:
    try:
        image.load()
    except Exception as error:  # as above
        raise PictureError(
            f"{name} is truncated or damaged ({error})", "copy the file again from its source"
        ) from error


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    if _orientation(image, notes) == 1:
        return image
    notes.append("turned upright as its Exif orientation says")
    return ImageOps.exif_transpose(image)


def _orientation(image: Image.Image, notes: list[str]) -> int:
    try:
        with _warnings("error"):
            value = image.getexif().get(0x0112, 1)
    except Exception:  # as above; a picture with broken metadata is still a picture
        notes.append("its Exif data could not be read: orientation taken as upright")
        return 1
    return value if value in range(1, 9) else 1


@contextmanager
def _warnings(action: Literal["ignore", "error"]) -> Iterator[None]:
    """Settle what Pillow's warnings do; that of a decompression bomb is an error in any case.

    One thread at a time, since filters belong to the process.
    """
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter(action)
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _too_large(name: str) -> PictureError:
    limit = f"{MAX_PIXELS // 1_000_000} megapixels or {MAX_SIDE} px on a side"
    return PictureError(f"{name} is larger than {limit}", "scale it down first")


def _guess(data: bytes) -> str:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return " of pixels but SVG"
    if start.startswith((b"<!doctype html", b"<html")):
        return " but a web page (HTML)"
    if start.startswith(b"%!ps"):
        return " of pixels but PostScript"
    return " but text" if start.isascii() and start.translate(None, bytes(range(32, 127)) + b"\t\r\n") == b"" else ""
