"""The worker site: what workers do, whether a browser or a test does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from surveys.panels.mturk.door import NOT_AVAILABLE
from surveys.panels.mturk.qualifications import APPROVAL_PERCENT, APPROVALS, LOCALE
from surveys.panels.mturk.simulator.limits import external_url
from surveys.panels.mturk.simulator.records import Assignment, Hit, Worker
from surveys.panels.mturk.simulator.refusals import gone, refused
from surveys.panels.mturk.simulator.show import answers_xml
from surveys.panels.mturk.simulator.world import World

COMPARE: dict[str, Callable[[Any, list[Any]], bool]] = {
    "LessThan": lambda a, b: a < b[0],
    "LessThanOrEqualTo": lambda a, b: a <= b[0],
    "GreaterThan": lambda a, b: a > b[0],
    "GreaterThanOrEqualTo": lambda a, b: a >= b[0],
    "EqualTo": lambda a, b: a == b[0],
    "NotEqualTo": lambda a, b: a != b[0],
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
}
GUARDS = {
    "Accept": ("Accept",),
    "PreviewAndAccept": ("Accept", "Preview"),
    "DiscoverPreviewAndAccept": ("Accept", "Preview", "Discover"),
}


class WorkerSite:
    """What a worker can do. Raises `Refusal` with words for what they cannot."""

    def __init__(self, world: World) -> None:
        self.world = world

    def discover(self, worker: str) -> list[Hit]:
        """List the HITs that a worker is shown."""
        with self.world.lock:
            now, who = self.world.now(), self.world.worker(worker)
            return [
                hit
                for hit in self.world.hits.values()
                if hit.status(now) == "Assignable" and self._may(who, hit, "Discover")
            ]

    def preview(self, hit_id: str, worker: str, origin: str) -> str:
        """Return the address of the frame that shows a HIT before it is accepted."""
        with self.world.lock:
            hit = self.world.hit(hit_id)
            if not self._may(self.world.worker(worker), hit, "Preview"):
                raise refused("NotQualified", "You do not meet the requirements of this HIT.")
            return _framed(hit, {"assignmentId": NOT_AVAILABLE, "hitId": hit.id, "turkSubmitTo": origin})

    def accept(self, hit_id: str, worker: str) -> Assignment:
        """Take a slot."""
        with self.world.lock:
            self.world.tick()
            hit, who, now = self.world.hit(hit_id), self.world.worker(worker), self.world.now()
            if hit.status(now) != "Assignable":
                raise refused("NoAssignment", "There are no more of these HITs.")
            if not self._may(who, hit, "Accept"):
                raise refused("NotQualified", "You do not meet the requirements of this HIT.")
            if any(one.worker == worker for one in hit.assignments.values()):
                raise refused("NoAssignment", "You have taken this HIT before.")
            identifier = hit.free_ids.pop(0) if hit.free_ids else self.world.new_id()
            deadline = now + hit.values["AssignmentDurationInSeconds"]
            one = hit.assignments[identifier] = Assignment(identifier, hit.id, worker, now, deadline)
            return one

    def frame(self, assignment: str, origin: str) -> str:
        """Return the address of the frame in which an accepted HIT is worked on."""
        with self.world.lock:
            hit, one = self._held(assignment)
            return _framed(
                hit, {"assignmentId": one.id, "hitId": hit.id, "workerId": one.worker, "turkSubmitTo": origin}
            )

    def submit(self, fields: dict[str, str]) -> Assignment:
        """Hand in: the form post to externalSubmit, which needs one field besides the assignment's id."""
        answers = dict(fields)
        identifier = answers.pop("assignmentId", "")
        with self.world.lock:
            self.world.tick()
            hit, one = self._held(identifier)
            if not answers:
                raise refused("NoAnswer", "At least one field besides assignmentId is needed.")
            one.state, one.submitted_at, one.answer = "Submitted", self.world.now(), answers_xml(answers)
            self.world.settle(hit)
            return one

    def give_back(self, assignment: str) -> None:
        """Return an assignment: the slot, and its id, are free again."""
        with self.world.lock:
            hit, one = self._held(assignment)
            self.world.give_back(hit, one)
            self.world.settle(hit)

    def _held(self, identifier: str) -> tuple[Hit, Assignment]:
        for hit in self.world.hits.values():
            one = hit.assignments.get(identifier)
            if one is not None and one.state == "Accepted":
                return hit, one
        raise gone("Assignment", identifier)

    def _may(self, worker: Worker, hit: Hit, action: str) -> bool:
        return all(
            self._meets(worker, one)
            for one in hit.values["QualificationRequirements"]
            if action in GUARDS[one.get("ActionsGuarded", "Accept")]
        )

    def _meets(self, worker: Worker, requirement: dict[str, Any]) -> bool:
        kind, comparator = str(requirement["QualificationTypeId"]), str(requirement["Comparator"])
        system: dict[str, int | str] = {
            APPROVALS: worker.approvals,
            APPROVAL_PERCENT: worker.percent,
            LOCALE: worker.country,
        }
        own = self.world.qualifications.get(kind)
        held = system.get(kind, own.holders.get(worker.id) if own is not None else None)
        if comparator in ("Exists", "DoesNotExist"):
            return (held is not None) == (comparator == "Exists")
        wanted = requirement.get("IntegerValues") or [one["Country"] for one in requirement.get("LocaleValues", [])]
        return held is not None and COMPARE[comparator](held, wanted)


def _framed(hit: Hit, parameters: dict[str, str]) -> str:
    url = external_url(hit.question)
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"
