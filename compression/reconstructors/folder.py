"""Reconstructions that exist as files already, for example those that authors published."""

from compression.codecs.folder import FolderCodec


class FolderReconstructor(FolderCodec):
    """Finds the reconstruction of an original; the caption plays no part."""
