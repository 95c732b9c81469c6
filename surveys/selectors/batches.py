"""A survey's finished assignments as the rows of a result file of Mechanical Turk; people appear under pseudonyms only.

The first columns, and the last two before ours, are those of the files that the requester site gave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from surveys.models import Answer, Assignment, PlaceItem, Survey
from surveys.selectors.counted import counts
from surveys.selectors.prices import reward_of
from surveys.services import batch_cells
from surveys.services.batch_mapping import Columns, Item
from surveys.services.errors import ServiceError

HIT = (
    "HITId", "HITTypeId", "Title", "Description", "Keywords", "Reward", "CreationTime", "MaxAssignments",
    "RequesterAnnotation", "AssignmentDurationInSeconds", "AutoApprovalDelayInSeconds", "Expiration",
    "NumberOfSimilarHITs", "LifetimeInSeconds",
)  # fmt: skip
ASSIGNMENT = (
    "AssignmentId", "WorkerId", "AssignmentStatus", "AcceptTime", "SubmitTime", "AutoApprovalTime", "ApprovalTime",
    "RejectionTime", "RequesterFeedback", "WorkTimeInSeconds", "LifetimeApprovalRate", "Last30DaysApprovalRate",
    "Last7DaysApprovalRate",
)  # fmt: skip
VERDICT = ("Approve", "Reject")
OURS = ("Counted", "Simulated")
INPUTS = ("stimulus", "original", "side")
STATUSES = {None: "Submitted", True: "Approved", False: "Rejected"}
PANEL = "twicetold"
_AT_A_TIME = 100


@dataclass(frozen=True)
class Batch:
    """A survey's result file: its columns, and its rows as they are read."""

    survey: Survey
    positions: tuple[int, ...]
    questions: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in their order: what Mechanical Turk has, what was shown, what was answered, ours."""
        shown = tuple(f"Input.{name}_{position}" for position in self.positions for name in INPUTS)
        said = tuple(_said(question, position) for position in self.positions for question in self.questions)
        return (*HIT, *ASSIGNMENT, *shown, *said, *VERDICT, *OURS)

    @property
    def mapping(self) -> Columns:
        """What `import_batch` has to know of these columns."""
        items = [
            Item(
                position=position,
                stimulus=f"Input.stimulus_{position}",
                answers={question: _said(question, position) for question in self.questions},
            )
            for position in self.positions
        ]
        count = tuple(STATUSES.values())
        return Columns(panel=PANEL, count=count, counted=OURS[0], simulated=OURS[1], escaped=True, items=items)

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield a row per submitted assignment, in the order of places; a few at a time are in memory."""
        hit = _hit(self.survey)
        for assignment in _with_answers(_submitted(self.survey)).iterator(chunk_size=_AT_A_TIME):
            own = {name: batch_cells.guarded(text) for name, text in _own(assignment, hit).items()}
            yield own | self._answers(assignment)

    def _answers(self, assignment: Assignment) -> dict[str, str]:
        cells = {}
        for answer in assignment.answers.all():
            if answer.question not in self.questions:
                msg = (
                    f"Assignment {assignment.code} answers {answer.question}, which survey {self.survey.slug} does not "
                    "ask any more: take the tables of export instead."
                )
                raise ServiceError(msg)
            cell = batch_cells.SKIPPED if answer.skipped else batch_cells.answer(answer.value)
            cells[_said(answer.question, answer.item.position)] = cell
        return cells


def batch_of(survey: Survey) -> Batch:
    """Return a survey's result file.

    Raises
    ------
    ServiceError
        Nobody has finished.
    """
    if not _submitted(survey).exists():
        raise ServiceError(f"Nobody has finished survey {survey.slug}: there is nothing to write yet.")
    items = PlaceItem.objects.filter(place__survey=survey, kind=PlaceItem.Kind.STUDY)
    positions = items.order_by("position").values_list("position", flat=True).distinct()
    questions = tuple(question.id for question in survey.instrument.asked.questions)
    return Batch(survey, tuple(positions), questions)


def _said(question: str, position: int) -> str:
    return f"Answer.{question}_{position}"


def _submitted(survey: Survey) -> QuerySet[Assignment]:
    return Assignment.objects.filter(place__survey=survey, state=Assignment.State.SUBMITTED)


def _with_answers(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Return assignments in the order of their places, with what was shown to them and the answers to it."""
    shown = PlaceItem.objects.filter(kind=PlaceItem.Kind.STUDY).select_related("stimulus__original", "stimulus__method")
    said = Answer.objects.filter(current=True, item__kind=PlaceItem.Kind.STUDY).select_related("item")
    said = said.only("assignment", "question", "value", "skipped", "item__position")
    shown = shown.only("place", "position", "side", "stimulus__original__slug", "stimulus__method__slug")
    return (
        rows.select_related("place", "participant")
        .prefetch_related(Prefetch("place__items", shown), Prefetch("answers", said))
        .order_by("place__number", "pk")
    )


def _hit(survey: Survey) -> dict[str, str]:
    """Return what all rows share."""
    return {
        "HITTypeId": f"{survey.study.slug}-{survey.slug}",
        "Title": survey.instrument.asked.title,
        "Reward": _money(survey),
        "CreationTime": batch_cells.time(survey.published_at),
        "MaxAssignments": "1",
    }


def _money(survey: Survey) -> str:
    named = reward_of(survey)
    if named is None:
        return ""
    reward, currency = named
    return f"${reward:.2f}" if currency == "USD" else f"{reward:.2f} {currency}".strip()


def _own(assignment: Assignment, hit: dict[str, str]) -> dict[str, str]:
    place, ended = assignment.place, assignment.submitted_at
    seconds = round((ended - assignment.started_at).total_seconds()) if ended else None
    own = hit | {
        "HITId": f"{hit['HITTypeId']}-{place.number}",
        "AssignmentId": assignment.code,
        "WorkerId": assignment.participant.pseudonym,
        "AssignmentStatus": STATUSES[assignment.payable],
        "AcceptTime": batch_cells.time(assignment.started_at),
        "SubmitTime": batch_cells.time(ended),
        "WorkTimeInSeconds": "" if seconds is None else str(max(0, seconds)),
        "Counted": _truth(told=counts(assignment)),
        "Simulated": _truth(told=assignment.simulated),
    }
    for item in place.items.all():
        stimulus = item.study_stimulus
        shown = (stimulus.name, stimulus.original.slug, item.side)
        own |= {f"Input.{name}_{item.position}": text for name, text in zip(INPUTS, shown, strict=True)}
    return own


def _truth(*, told: bool) -> str:
    return "true" if told else "false"
