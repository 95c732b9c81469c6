"""Copy one study, and nobody who took part in it, into a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models import Model, QuerySet

from surveys.models import (
    Caption,
    Category,
    Check,
    Instrument,
    Measure,
    Method,
    Original,
    Place,
    PlaceItem,
    Release,
    Rendition,
    Stimulus,
    Study,
    Survey,
)
from surveys.rehearsal.scratch import Scratch
from surveys.selectors.snapshot import snapshot
from surveys.services.errors import ServiceError

OWNER = "rehearsal"
"""The user who owns a copy and stands for everybody who had a hand in the study; without a password or an address."""

COPIED: dict[type[Model], str] = {
    Study: "pk",
    Category: "study",
    Rendition: "study",
    Original: "study",
    Method: "study",
    Caption: "method__study",
    Stimulus: "original__study",
    Measure: "stimulus__original__study",
    Release: "study",
    Instrument: "surveys__study",
    Survey: "study",
    Check: "survey__study",
    Place: "survey__study",
    PlaceItem: "place__survey__study",
}
"""What is copied, by what leads from a row to its study; each after what it names."""

LEFT_OUT = frozenset(
    {
        "Answer", "Assignment", "Consent", "Entry", "Event", "Identity", "Invitation", "Job", "JobError",
        "LedgerEntry", "PanelCall", "PanelPerson", "PanelPosting", "PanelSubmission", "Participant", "Posting",
        "Recruitment", "Round", "SpendingLimit", "Transfer",
    }
)  # fmt: skip
"""Names of the models of which no row is copied: people, what they did, what was spent, what ran."""

_AT_ONCE = 500


def copy_study(*, study: Study, scratch: Scratch, adapt: Callable[[Study], None] | None = None) -> None:
    """Make the database of a rehearsal: the study with its places, as planned and not yet published.

    Rows keep their keys. ``adapt`` may change what the copy says of itself; the study stays as it is. Migrating takes a
    process of its own: those of ours that move rows do so in its database.

    Raises
    ------
    ServiceError
        There is a database already, or it can't be made.
    """
    if scratch.database.exists():
        msg = f"{scratch.database} exists already: rehearse in a new folder."
        raise ServiceError(msg)
    scratch.folder.mkdir(parents=True, exist_ok=True)
    scratch.manage("migrate", "--no-input", "--verbosity", "0")
    with closing(_connect(scratch.database)) as copy, snapshot():
        copy.set_autocommit(False)
        owner = _owner()
        _insert(copy, type(owner), [owner])
        for model in COPIED:
            rows = _changed(model, rows_of(model, study).iterator(_AT_ONCE), owner.pk)
            _insert(copy, model, map(_adapted(adapt), rows) if model is Study and adapt else rows)
        copy.check_constraints()
        copy.commit()


def rows_of(model: type[Model], study: Study) -> QuerySet[Any]:
    """Return the rows of a model that are copied with a study."""
    return model._default_manager.filter(**{COPIED[model]: study.pk}).order_by("pk").distinct()


def _changed(model: type[Model], rows: Iterable[Any], owner: int) -> Iterable[Any]:
    change = _CHANGES.get(model)
    for row in rows:
        if change:
            change(row, owner)
        yield row


def _adapted(adapt: Callable[[Study], None]) -> Callable[[Any], Any]:
    def adapted(row: Any) -> Any:
        adapt(row)
        return row

    return adapted


def _study(row: Study, owner: int) -> None:
    row.owner_id, row.simulated = owner, True


def _survey(row: Survey, _owner: int) -> None:
    row.state = Survey.State.PLANNED if row.places.exists() else Survey.State.DRAFT
    row.paused, row.published_at = False, None
    row.preregistration_sha256, row.rules = "", {}


def _place(row: Place, _owner: int) -> None:
    row.state = Place.State.OPEN


def _caption(row: Caption, _owner: int) -> None:
    row.writer = OWNER if row.writer else ""


def _release(row: Release, _owner: int) -> None:
    row.by = OWNER


_CHANGES: dict[type[Model], Callable[[Any, int], None]] = {
    Study: _study, Survey: _survey, Place: _place, Caption: _caption, Release: _release,
}  # fmt: skip
"""In what a copied row differs from the real one."""


def _owner() -> Model:
    owner = get_user_model()(pk=1, username=OWNER, is_staff=True)
    owner.set_unusable_password()
    return owner


def _connect(database: Path) -> DatabaseWrapper:
    """Return a connection to a second database, which nothing else in this process can name."""
    made = connections.configure_settings(
        {DEFAULT_DB_ALIAS: {}, OWNER: {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}}
    )
    return DatabaseWrapper(made[OWNER], OWNER)


def _insert(copy: DatabaseWrapper, model: type[Model], rows: Iterable[Model]) -> None:
    """Add rows as they are, dates of making and keys included."""
    fields, quoted = model._meta.concrete_fields, copy.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({values})"  # noqa: S608 - names of ours
    stored = ([field.get_db_prep_save(getattr(row, field.attname), copy) for field in fields] for row in rows)
    with copy.cursor() as cursor:
        while some := list(islice(stored, _AT_ONCE)):
            cursor.executemany(into, some)
