"""What a simulated person does at a panel's own site; one implementation for each panel."""

from __future__ import annotations

from typing import Protocol

from surveys.rehearsal.visits import Ending


class PanelSide(Protocol):
    """A panel's site as one person sees it, over HTTP: offers, our page, and the way back."""

    def preview(self) -> str:
        """Return the address of our page as it shows before anything is taken; empty: nothing is offered, or no way."""

    def accept(self) -> str:
        """Take a place and return the address of our page, with the ids in it; empty: nothing is offered."""

    def submit(self, ending: Ending) -> None:
        """Bring back what our last page gave. Raises `PlayError` where the panel does not take it."""

    def give_back(self) -> None:
        """Give the place back at the panel."""
