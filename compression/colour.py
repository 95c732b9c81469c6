"""From any usable kind of pixels to opaque 8-bit sRGB."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from compression.errors import PictureError

GREY_16 = {"I;16", "I;16L", "I;16B"}
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr"} | GREY_16
PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
WHITE = (255, 255, 255, 255)
STRIP_PX = 1_000_000  # laid on white at once, so that a large picture needs no further copies


def to_srgb(image: Image.Image, name: str, notes: list[str]) -> Image.Image:
    """Return the picture in mode RGB: profile applied, transparency laid on white, 16 bits scaled to 8.

    Parameters
    ----------
    image
        Loaded and upright, in one of :data:`MODES`.
    notes
        Receives what was done, in words.

    Raises
    ------
    PictureError
        For a mode that is not in :data:`MODES`.
    """
    if image.mode not in MODES:
        raise PictureError(f"{name} has pixels of an unusable kind (mode {image.mode})", "save it as 8-bit RGB")
    if image.mode in GREY_16:
        image = _scale_16_bit(image, notes)
    profile = image.info.get("icc_profile")
    if not image.has_transparency_data:
        return _apply_profile(image, profile, notes)
    with_alpha = image if image.mode == "RGBA" else image.convert("RGBA")
    opaque = _apply_profile(with_alpha.convert("RGB"), profile, notes)
    return _on_white(opaque, with_alpha.getchannel("A"), notes)


def _scale_16_bit(image: Image.Image, notes: list[str]) -> Image.Image:
    notes.append("16-bit grey was scaled to 8 bits")
    grey = np.asarray(image).astype(np.uint32)
    scaled = Image.fromarray(((grey + 128) // 257).astype(np.uint8))
    scaled.info = dict(image.info)
    return scaled


def _apply_profile(image: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    base = image if image.mode in PROFILE_SPACES else image.convert("RGB")
    if not profile:
        return base.convert("RGB")
    try:
        return _convert(base, profile, notes)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        notes.append(f"its colour profile could not be used and was ignored ({error})")
        return base.convert("RGB")


def _convert(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    space = source.profile.xcolor_space.strip()
    if space == "RGB" and image.mode == "L":
        image = image.convert("RGB")
    if _describe(source).startswith("sRGB"):
        return image.convert("RGB")
    if space != PROFILE_SPACES[image.mode]:
        raise ValueError(f"it is for {space}, the pixels are {image.mode}")
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None, "only a conversion in place returns nothing"
    notes.append(f"colours were converted to sRGB from its profile ({_describe(source)})")
    return converted


def _describe(profile: ImageCms.ImageCmsProfile) -> str:
    return ImageCms.getProfileDescription(profile).strip() or "unnamed"


def _on_white(image: Image.Image, alpha: Image.Image, notes: list[str]) -> Image.Image:
    if alpha.getextrema() == (255, 255):
        return image
    notes.append("transparent parts were laid on white")
    picture = image.copy()
    rows = max(1, STRIP_PX // image.width)
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(top + rows, image.height))
        strip = image.crop(box)
        strip.putalpha(alpha.crop(box))
        white = Image.new("RGBA", strip.size, WHITE)
        picture.paste(Image.alpha_composite(white, strip).convert("RGB"), box)
    return picture
