"""Most memory of one step with a large picture: ``python -m benchmarks.memory CODEC|rendition`` prints it as JSON."""

import json
import resource
import sys
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from benchmarks import pictures
from benchmarks.codecs import encoded
from compression import images, renditions
from compression.store import Store

SIZE = (8000, 6000)
RENDITION = "rendition"


def peak(codec: str, file: bytes) -> float:
    """Return the most memory (MB) of this process, after it has read the file and encoded or resampled it."""
    if codec == RENDITION:
        with TemporaryDirectory() as folder:
            renditions.render(Store(Path(folder)), file, "The picture", "0" * 64, 512 * 512, None)
    else:
        encoded(codec, images.read(file, "The picture").image, len(file))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def large() -> bytes:
    """Return a progressive 4:4:4 JPEG file of 48 megapixels, which takes most memory to decode."""
    buffer = BytesIO()
    pictures.drawn(*SIZE).save(buffer, "JPEG", quality=90, subsampling="4:4:4", progressive=True)
    return buffer.getvalue()


def main(codec: str) -> None:
    """Draw in this process, encode in another, and print what that one took."""
    Image.init()
    with get_context("spawn").Pool(1) as pool:
        print(json.dumps({"codec": codec, "peak_mb": pool.apply(peak, (codec, large()))}))


if __name__ == "__main__":
    main(sys.argv[1])
