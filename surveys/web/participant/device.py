"""Reduce a browser's name to a family and a class of device; nothing finer is kept."""

from __future__ import annotations

_FAMILIES = (("edg/", "edge"), ("opr/", "opera"), ("firefox/", "firefox"), ("chrome/", "chrome"), ("safari/", "safari"))


def reduce_user_agent(user_agent: str) -> tuple[str, str]:
    """Return (class of device, family of browser), such as ``("phone", "safari")``."""
    text = user_agent.lower()
    browser = next((family for mark, family in _FAMILIES if mark in text), "other")
    if "ipad" in text or "tablet" in text or ("android" in text and "mobile" not in text):
        return "tablet", browser
    if "mobi" in text:
        return "phone", browser
    return ("computer" if any(mark in text for mark in ("windows", "macintosh", "x11", "cros")) else "other"), browser
