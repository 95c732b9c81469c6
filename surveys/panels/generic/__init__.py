"""Any panel that opens a link and hears of the end: described as data, no code."""

from surveys.panels.generic.description import Description, DescriptionError, Ending, Parameters, read
from surveys.panels.generic.files import address, read_file
from surveys.panels.generic.panel import Generic
from surveys.panels.generic.presets import PRESETS

__all__ = [
    "PRESETS",
    "Description",
    "DescriptionError",
    "Ending",
    "Generic",
    "Parameters",
    "address",
    "read",
    "read_file",
]
