"""Our own links: the experimenter sends them, and nobody stands between."""

from surveys.panels.direct.panel import Direct

__all__ = ["Direct"]
