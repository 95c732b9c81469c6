"""Records as the wire shows them; times are epoch seconds."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from surveys.panels.mturk.simulator.records import Assignment, Bonus, Hit

ANSWERS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"
SHOWN_OF_TYPE = (
    "Title", "Description", "Keywords", "AutoApprovalDelayInSeconds", "AssignmentDurationInSeconds",
    "QualificationRequirements",
)  # fmt: skip


def show_hit(hit: Hit, now: float) -> dict[str, Any]:
    """Show a HIT. What is submitted and has no verdict is in none of its counters."""
    return {
        **{name: hit.values[name] for name in SHOWN_OF_TYPE},
        "HITId": hit.id,
        "HITTypeId": hit.type,
        "HITGroupId": hit.type[::-1],
        "CreationTime": hit.created_at,
        "Question": hit.question,
        "HITStatus": hit.status(now),
        "MaxAssignments": hit.most,
        "Reward": f"{hit.reward:.2f}",
        "Expiration": hit.expires_at,
        "RequesterAnnotation": hit.annotation,
        "HITReviewStatus": "NotReviewed",
        "NumberOfAssignmentsPending": hit.count("Accepted"),
        "NumberOfAssignmentsAvailable": hit.free(),
        "NumberOfAssignmentsCompleted": hit.count("Approved", "Rejected"),
    }


def show_assignment(one: Assignment, approves_itself_at: float) -> dict[str, Any]:
    """Show what was submitted."""
    shown: dict[str, Any] = {
        "AssignmentId": one.id,
        "WorkerId": one.worker,
        "HITId": one.hit,
        "AssignmentStatus": one.state,
        "AutoApprovalTime": approves_itself_at,
        "AcceptTime": one.accepted_at,
        "SubmitTime": one.submitted_at,
        "Deadline": one.deadline,
        "Answer": one.answer,
    }
    if one.state in ("Approved", "Rejected"):
        shown["ApprovalTime" if one.state == "Approved" else "RejectionTime"] = one.decided_at
    if one.feedback:
        shown["RequesterFeedback"] = one.feedback
    return shown


def show_bonus(bonus: Bonus) -> dict[str, Any]:
    """Show a bonus."""
    return {
        "WorkerId": bonus.worker,
        "BonusAmount": f"{bonus.amount:.2f}",
        "AssignmentId": bonus.assignment,
        "Reason": bonus.reason,
        "GrantTime": bonus.at,
    }


def answers_xml(fields: dict[str, str]) -> str:
    """Write posted fields as the service does: one free text each."""
    rows = "".join(
        f"<Answer><QuestionIdentifier>{escape(name)}</QuestionIdentifier><FreeText>{escape(text)}</FreeText></Answer>"
        for name, text in fields.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><QuestionFormAnswers xmlns="{ANSWERS}">{rows}</QuestionFormAnswers>'
