"""The way in from a study and back: what needs no client, so that pages of participants load none."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from surveys.panels.base import Arrival, Code, Environment, Opening, PanelRefused, Redirect
from surveys.panels.prolific.environments import site_of
from surveys.panels.prolific.people import checked

PERSON, STUDY, SUBMISSION = "PROLIFIC_PID", "STUDY_ID", "SESSION_ID"
COMPLETE = "complete"


class Door:
    """Reads who comes by a study, and says where they go back to.

    Parameters
    ----------
    site
        The origin where participants are; the environment's own if not given.
    """

    def __init__(self, environment: Environment, *, site: str = "") -> None:
        self._environment = environment
        self._site = (site or site_of(environment)).rstrip("/")

    @property
    def environment(self) -> Environment:
        return self._environment

    def arrival(self, query: Mapping[str, str]) -> Arrival:
        """Read the ids that Prolific puts on the address; there is no preview without them."""
        return Arrival(
            self.environment,
            posting=checked(query.get(STUDY, ""), "study"),
            assignment=checked(query.get(SUBMISSION, ""), "submission"),
            person=checked(query.get(PERSON, ""), "participant"),
        )

    def finish(
        self, arrival: Arrival, *, receipt_code: str, outcome: str = COMPLETE, opening: Opening | None = None
    ) -> Redirect | Code:
        """Send the whole window back with the code of this end; without one, show the receipt code."""
        if arrival.environment != self.environment:
            raise PanelRefused("This person came from another panel.", "Finish them there.")
        code = opening.offer.outcomes.get(outcome, "") if opening is not None else ""
        if not code:
            return Code(receipt_code)
        return Redirect(f"{self._site}/submissions/complete?{urlencode({'cc': code})}")
