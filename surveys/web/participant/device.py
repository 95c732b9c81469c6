"""Which device somebody comes with: a family and a class, nothing finer; and whether a study can be seen on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_FAMILIES = (("edg/", "edge"), ("opr/", "opera"), ("firefox/", "firefox"), ("chrome/", "chrome"), ("safari/", "safari"))
_MOST_PIXELS = 100_000


@dataclass(frozen=True)
class Device:
    """What is known of a device; width and height of the window in CSS pixels, None where no script could tell."""

    kind: str
    browser: str
    width: int | None = None
    height: int | None = None

    @property
    def screen(self) -> dict[str, int]:
        """The window's size as it is kept."""
        if self.width is None or self.height is None:
            return {}
        return {"viewport_width": self.width, "viewport_height": self.height}


def read_device(user_agent: str, form: Mapping[str, str]) -> Device:
    """Read a device from what its browser says; sizes that make no sense are as good as none."""
    kind, browser = reduce_user_agent(user_agent)
    return Device(kind, browser, _pixels(form.get("width", "")), _pixels(form.get("height", "")))


def _pixels(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return None
    return int(text) if 0 < int(text) <= _MOST_PIXELS else None


def reduce_user_agent(user_agent: str) -> tuple[str, str]:
    """Return (class of device, family of browser), such as ``("phone", "safari")``."""
    text = user_agent.lower()
    browser = next((family for mark, family in _FAMILIES if mark in text), "other")
    if "ipad" in text or "tablet" in text or ("android" in text and "mobile" not in text):
        return "tablet", browser
    if "mobi" in text:
        return "phone", browser
    return ("computer" if any(mark in text for mark in ("windows", "macintosh", "x11", "cros")) else "other"), browser


def unfit(device: Device, rules: Mapping[str, Any]) -> str:
    """Return which rule of ``[devices]`` a device does not meet, ``kind``, ``browser`` or ``window``; or nothing."""
    if rules.get("kinds") and device.kind not in rules["kinds"]:
        return "kind"
    if rules.get("browsers") and device.browser not in rules["browsers"]:
        return "browser"
    narrow = device.width is not None and device.width < rules.get("min_width", 0)
    low = device.height is not None and device.height < rules.get("min_height", 0)
    return "window" if narrow or low else ""
