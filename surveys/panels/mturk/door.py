"""The way in and out of a framed task: what needs no client, so that pages of participants load none."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from surveys.panels.base import Arrival, Environment, FormPost, Opening, PanelRefused
from surveys.panels.mturk.environments import checked_submit_to
from surveys.panels.mturk.question import RECEIPT_FIELD
from surveys.panels.mturk.workers import checked_entity, checked_worker

NOT_AVAILABLE = "ASSIGNMENT_ID_NOT_AVAILABLE"


class Door:
    """Reads who comes by a HIT, and says where their form goes at the end.

    Parameters
    ----------
    submit_to
        Further origins that finished forms may go to, for an endpoint whose worker site is elsewhere.
    """

    def __init__(self, environment: Environment, *, submit_to: Collection[str] = ()) -> None:
        self._environment = environment
        self._submit_to = submit_to

    @property
    def environment(self) -> Environment:
        return self._environment

    def arrival(self, query: Mapping[str, str]) -> Arrival:
        assignment = query.get("assignmentId", "")
        hit = query.get("hitId", "")
        posting = checked_entity(hit, "HIT") if hit else ""
        if assignment in ("", NOT_AVAILABLE):
            return Arrival(self.environment, posting=posting, preview=True)
        return Arrival(
            self.environment,
            posting=checked_entity(hit, "HIT"),
            assignment=checked_entity(assignment, "assignment"),
            person=checked_worker(query.get("workerId", "")),
            submit_to=checked_submit_to(query.get("turkSubmitTo", ""), self.environment, self._submit_to),
        )

    def finish(
        self, arrival: Arrival, *, receipt_code: str, outcome: str = "", opening: Opening | None = None
    ) -> FormPost:
        """Post the assignment id and the receipt code to the site that framed us; it can be done again."""
        if arrival.preview:
            raise PanelRefused("Who only looks has nothing to submit.", "Accept the task first.")
        return FormPost(
            f"{arrival.submit_to}/mturk/externalSubmit",
            {"assignmentId": arrival.assignment, RECEIPT_FIELD: receipt_code},
        )
