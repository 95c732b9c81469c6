"""A picture for another party: scaled down, upright, without Exif, GPS or anything else beside its pixels."""

import base64
import hashlib
import math
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from compression import images
from compression.errors import PictureError, RemediedError
from compression.types import Original

VERSION = "1"  # of what is done to a picture here
QUALITY = 90
PATCH_PX, TOKENS_PER_PATCH = 32, 3  # an assumption that is generous to the models known; price tables may say better


class MayNotBeSent(RemediedError):  # noqa: N818  reads better where a backend raises it
    """An original is not marked as one that may leave the house."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A copy to send: a JPEG file and its size in pixels."""

    data: bytes
    width: int
    height: int

    @property
    def url(self) -> str:
        """The file as a data URL."""
        return "data:image/jpeg;base64," + base64.b64encode(self.data).decode("ascii")

    @property
    def provenance(self) -> dict[str, object]:
        """What a record says of it."""
        return {
            "sent_sha256": hashlib.sha256(self.data).hexdigest(), "sent_bytes": len(self.data),
            "sent_width": self.width, "sent_height": self.height,
        }  # fmt: skip


def check_may_be_sent(original: Original) -> None:
    """Raise :class:`MayNotBeSent` unless the study file says that the original may go to other parties."""
    if not original.may_send_to_third_parties:
        raise MayNotBeSent(
            f"Original {original.slug} may not be sent to a service",
            "if it may leave the house, mark it may_send_to_third_parties = true in the study file and build again",
        )


def copy_of(original: Original, max_side: int) -> Sent:
    """Return a copy whose longer side has at most ``max_side`` pixels.

    Raises
    ------
    MayNotBeSent, PictureError
    """
    check_may_be_sent(original)
    assert original.path is not None, "words are not asked for without an original"
    data = original.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != original.sha256:
        raise PictureError(f"{original.path.name} changed while the study was built", "run the command again")
    image = images.read(data, f"Original {original.path.name}").image
    size = size_of(image.width, image.height, max_side)
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return Sent(buffer.getvalue(), *size)


def size_of(width: int, height: int, max_side: int) -> tuple[int, int]:
    """Return width and height (px) of the copy of a picture; small ones stay as they are."""
    factor = min(1.0, max_side / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def tokens_of(width: int, height: int) -> int:
    """Return how many tokens a picture is assumed to count as where no price table says so."""
    return TOKENS_PER_PATCH * math.ceil(width / PATCH_PX) * math.ceil(height / PATCH_PX)
