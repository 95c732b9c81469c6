"""Any described panel as a `Panel`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveys.panels.base import (
    Arrival,
    ArrivalRefused,
    Code,
    Environment,
    Finish,
    LinkPanel,
    Opening,
    PanelRefused,
    Redirect,
)
from surveys.panels.generic.description import COMPLETE, Description

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~@+=:-]{0,254}")
_PLACEHOLDER = re.compile(r"[{}\[\]<>%$]")


class Generic(LinkPanel):
    """A panel that opens our link with its ids in the address, and learns of the end by a code or a redirection."""

    def __init__(self, description: Description) -> None:
        super().__init__(Environment("generic", description.name, live=True))
        self.description = description

    def arrival(self, query: Mapping[str, str]) -> Arrival:
        names = self.description.parameters
        return Arrival(
            self.environment,
            posting=self._id(query, names.posting),
            assignment=self._id(query, names.assignment),
            person=self._id(query, names.person),
        )

    def _id(self, query: Mapping[str, str], name: str | None) -> str:
        """Return what a parameter says. What it says is personal data, and in no message."""
        if name is None:
            return ""
        value = query.get(name, "")
        if not value:
            raise ArrivalRefused(
                f"The address has no {name}.", "Come by the panel's own link: it puts there who you are."
            )
        if _PLACEHOLDER.search(value):
            raise ArrivalRefused(
                f"{name} in the address is still a placeholder.",
                "Whoever set up the study at the panel has to write it as the panel fills it in.",
            )
        if not _ID.fullmatch(value):
            raise ArrivalRefused(
                f"{name} in the address is no id: letters, digits and . _ ~ @ + = : - only, at most 255.",
                "Come by the panel's own link again.",
            )
        return value

    def finish(
        self, arrival: Arrival, *, receipt_code: str, outcome: str = COMPLETE, opening: Opening | None = None
    ) -> Finish:
        """Show the outcome's code, or send the person where the panel hears of it."""
        if arrival.environment != self.environment:
            raise PanelRefused("This person came from another panel.", "Finish them there.")
        ending = self.description.outcomes.get(outcome)
        if ending is None:
            return Code(receipt_code)
        ids = {"person": arrival.person, "assignment": arrival.assignment, "posting": arrival.posting}
        address = ending.address(ids)
        return Redirect(address) if address else Code(ending.code or receipt_code)
