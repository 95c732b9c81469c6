"""Data and constraints; services write it, selectors read it."""

from surveys.models.jobs import Job, JobError, LedgerEntry
from surveys.models.measures import Measure
from surveys.models.money import Entry, Transfer
from surveys.models.panel_calls import PanelCall
from surveys.models.panel_people import PanelPerson
from surveys.models.panels import Identity, Invitation, Posting
from surveys.models.recruiting import PanelPosting, PanelSubmission, Recruitment, Round, SpendingLimit
from surveys.models.releases import Release
from surveys.models.study import Caption, Category, Method, Original, Rendition, Stimulus, Study
from surveys.models.survey import Check, Instrument, Place, PlaceItem, Survey
from surveys.models.work import Answer, Assignment, Consent, Event, Participant

__all__ = [
    "Answer",
    "Assignment",
    "Caption",
    "Category",
    "Check",
    "Consent",
    "Entry",
    "Event",
    "Identity",
    "Instrument",
    "Invitation",
    "Job",
    "JobError",
    "LedgerEntry",
    "Measure",
    "Method",
    "Original",
    "PanelCall",
    "PanelPerson",
    "PanelPosting",
    "PanelSubmission",
    "Participant",
    "Place",
    "PlaceItem",
    "Posting",
    "Recruitment",
    "Release",
    "Rendition",
    "Round",
    "SpendingLimit",
    "Stimulus",
    "Study",
    "Survey",
    "Transfer",
]
