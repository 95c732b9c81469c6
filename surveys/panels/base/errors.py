"""What can go wrong with a panel, in words with a remedy."""

from __future__ import annotations


class PanelError(Exception):
    """Something a person must read: what happened, and what to do about it. Never holds a raw person id."""

    def __init__(self, what: str, remedy: str, *, code: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy
        self.code = code  # the panel's own word for it, for the journal


class PanelRefused(PanelError):  # noqa: N818
    """The panel answered, and said no. Nothing happened."""


class PanelBusy(PanelRefused):
    """The panel said: not now. Nothing happened; the same call may be made later."""


class BeingAsked(PanelBusy):
    """Somebody else is making this very call at this moment: how it ends is for them to say."""


class ArrivalRefused(PanelRefused):
    """Who arrived brought parameters that no panel sends."""


class PanelUnreachable(PanelError):  # noqa: N818
    """The request never reached the panel. Nothing happened."""


class PanelUnsure(PanelError):  # noqa: N818
    """Nobody knows whether it happened: look before trying again."""
