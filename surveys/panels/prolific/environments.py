"""Which Prolific: the service itself, or any address that speaks its protocol."""

from __future__ import annotations

from urllib.parse import urlsplit

from surveys.panels.base import Environment, PanelRefused

PRODUCTION = "https://api.prolific.com"
SITE = "https://app.prolific.com"  # where participants are
AT_HOME = ("127.0.0.1", "localhost", "::1")


def identify(base_url: str) -> Environment:
    """Say which environment an address is. One that is not on this machine counts as live."""
    base_url = base_url.rstrip("/")
    try:
        parts = urlsplit(base_url)
        plain = not (parts.username or parts.password or parts.path or parts.query or parts.fragment)
        address = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        plain = address = False
    if not (plain and address) or (parts.scheme != "https" and not (parts.scheme == "http" and _at_home(base_url))):
        raise PanelRefused(
            "The address of Prolific's API is not one that a token may be sent to.",
            f"Set PROLIFIC_API_URL to {PRODUCTION}, or to http://127.0.0.1 with the simulator's port.",
            code="address",
        )
    name = "production" if base_url == PRODUCTION else parts.netloc
    return Environment("prolific", name, base_url, live=not _at_home(base_url))


def site_of(environment: Environment) -> str:
    """Return the origin where participants of an environment take part and come back to."""
    return SITE if environment.name == "production" else environment.endpoint


def _at_home(base_url: str) -> bool:
    return urlsplit(base_url).hostname in AT_HOME
