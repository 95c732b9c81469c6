"""What every generated picture must pass before it may stand for an original."""

from PIL import Image

from compression import images
from compression.errors import PictureError

FLAT = 3  # levels of 255: what lossy coding of one colour may differ by
ANOTHER_DRAW = "change the caption or the seed, or look at what the model gives for other words"


def check_picture(data: bytes, name: str, expected_size: tuple[int, int] | None = None) -> images.Picture:
    """Decode a generated picture completely and return its pixels.

    Parameters
    ----------
    data
        The file as it was returned.
    name
        How messages call it.
    expected_size
        Width and height in pixels that it must have; None when any will do.

    Raises
    ------
    PictureError
        When it is no picture, of another size than asked, or of a single colour.
    """
    picture = images.read(data, name)
    if expected_size is not None and picture.image.size != expected_size:
        found = f"{picture.width} × {picture.height} px instead of {expected_size[0]} × {expected_size[1]}"
        raise PictureError(f"{name} has {found}", "ask for a size that the model offers")
    if colour := _single_colour(picture.image):
        raise PictureError(f"{name} is {colour} all over", ANOTHER_DRAW)
    return picture


def _single_colour(image: Image.Image) -> str:
    low, high = zip(*image.getextrema(), strict=True)
    if any(top - bottom > FLAT for bottom, top in zip(low, high, strict=True)):
        return ""
    black = "black (a model's safety filter gives such pictures)"
    return black if max(high) <= FLAT else f"one colour (#{low[0]:02x}{low[1]:02x}{low[2]:02x})"
