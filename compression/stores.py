"""A store by its address."""

from pathlib import Path

from compression.errors import RemediedError
from compression.store import Store
from compression.store_s3 import S3Store


class StoreAddressError(RemediedError):
    """An address names no store."""


def open_store(address: str | Path) -> Store:
    """Return the store at an address: a folder, or ``s3://bucket/prefix``.

    Raises
    ------
    StoreAddressError
        For any other scheme, or a bucket without a name.
    """
    text = str(address)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Store(Path(text))
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise StoreAddressError(f"{text} is no address of a store", "give a folder, or s3://BUCKET/PREFIX")
    return S3Store(bucket=bucket, prefix=prefix.strip("/"))
