"""Our own links as a `Panel`."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.panels.base import Arrival, Code, Environment, Finish, LinkPanel, Opening


class Direct(LinkPanel):
    """People come by links of ours, read their receipt code, and are paid, if at all, by whoever sent the link."""

    def __init__(self) -> None:
        super().__init__(Environment("direct", "direct", live=True))

    def arrival(self, query: Mapping[str, str]) -> Arrival:
        """The link says it all; what else stands in the address is not looked at."""
        return Arrival(self.environment)

    def finish(
        self, arrival: Arrival, *, receipt_code: str, outcome: str = "", opening: Opening | None = None
    ) -> Finish:
        return Code(receipt_code)
