"""What the answers rest on: how many people, answers and stimuli; what was fixed beforehand; what is missing."""

import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.display import undefined
from analysis.ratings import NO_ANSWERS
from analysis.tables import Tables

Row = dict[str, Any]


def basis(tables: Tables, rows: list[Row]) -> Row:
    """Count what the figures rest on; `rows` are the stimuli (`ratings.Ratings.rows`)."""
    slug, survey = tables.facts.rating_survey
    asked = pc.and_(pc.equal(tables.responses["survey"], slug), pc.equal(tables.responses["question"], survey.question))
    answers = tables.responses.filter(asked)
    shown = [row["n"] for row in rows if row["state"] == "ready"]
    return {
        "participants": _people(answers),
        "answers": answers.num_rows,
        "ratings": sum(row["n"] for row in rows),
        "skipped": answers.num_rows - sum(row["n"] for row in rows),
        "simulated_answers": pc.sum(answers["simulated"]).as_py() or 0,
        "stimuli": len(rows),
        "ready": len(shown),
        "rated": sum(row["n"] > 0 for row in rows),
        "per_stimulus": {"min": min(shown), "max": max(shown)} if shown else undefined("no stimulus is ready"),
        "planned_per_stimulus": survey.raters if survey.raters is not None else undefined("not said"),
        "further_places": survey.further_places,
        "first_answer": _moment(pc.min(answers["answered_at"]).as_py(), answers.num_rows),
        "last_answer": _moment(pc.max(answers["answered_at"]).as_py(), answers.num_rows),
        "panels": _panels(answers),
        "repeats_excluded": _repeats(tables),
        "assignments": _assignments(tables.assignments, slug),
        "checks": _checks(tables.checks, slug),
        "not_ready": _not_ready(rows),
    }


def _people(answers: pa.Table) -> int | dict[str, str]:
    people = pc.count_distinct(answers["participant"]).as_py()
    return people if people or not answers.num_rows else undefined("unknown (the answers name nobody)")


def _moment(value: datetime | None, answers: int) -> str | dict[str, str]:
    if value is None:
        return undefined("unknown" if answers else NO_ANSWERS)
    return value.strftime("%Y-%m-%d %H:%M UTC")


def _panels(answers: pa.Table) -> list[str]:
    return sorted(panel for panel in pc.unique(answers["panel"]).to_pylist() if panel)


def _repeats(tables: Tables) -> bool | dict[str, str]:
    said = tables.facts.repeats_excluded
    return undefined("not said") if said is None else said


def _assignments(table: pa.Table | None, survey: str) -> Row:
    if table is None:
        return undefined("there is no assignments table")
    own = table.filter(pc.equal(table["survey"], survey))
    return {"all": own.num_rows, "counted": pc.sum(own["counted"]).as_py() or 0}


def _checks(table: pa.Table | None, survey: str) -> Row:
    if table is None:
        return undefined("there is no checks table")
    own = table.filter(pc.equal(table["survey"], survey))
    return {"judged": own["passed"].drop_null().length(), "passed": pc.sum(own["passed"]).as_py() or 0}


def _not_ready(rows: list[Row]) -> list[Row]:
    """Group the stimuli that could not be shown by state and reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["state"] != "ready":
            groups.setdefault((row["state"], row["reason"] or "no reason given"), []).append(row["stimulus"])
    return [{"state": state, "reason": reason, "stimuli": names} for (state, reason), names in groups.items()]


def chosen_by_similarity(tables: Tables) -> list[str]:
    """Say of which methods a model chose the pictures: its similarity is no evidence for them."""
    titles = {method.slug: method.title for method in tables.facts.methods}
    found: dict[tuple[str, int, str], None] = {}
    for row in tables.stimuli.select(["method", "parameters"]).to_pylist():
        said = json.loads(row["parameters"]).get("best_of")
        if isinstance(said, dict):
            found[titles[row["method"]], said.get("n", 0), str(said.get("model", "unknown"))] = None
    return [
        f"{title}: each picture is the best of {n} by the similarity of {model}. "
        "That similarity is therefore no evidence for this method."
        for title, n, model in found
    ]


def other_surveys(tables: Tables) -> list[Row]:
    """Count the answers to all questions but the rated one, by survey: those of which there are no figures yet."""
    slug, survey = tables.facts.rating_survey
    rated = pc.and_(pc.equal(tables.responses["survey"], slug), pc.equal(tables.responses["question"], survey.question))
    others = tables.responses.filter(pc.invert(rated)).group_by("survey", use_threads=False)
    found = others.aggregate([([], "count_all"), ("participant", "count_distinct")]).to_pylist()
    return [
        {"survey": row["survey"], "answers": row["count_all"], "participants": row["participant_count_distinct"]}
        for row in sorted(found, key=lambda row: str(row["survey"]))
    ]


def preregistration(tables: Tables) -> Row:
    """Return what was fixed beforehand, and whether that was before the first answer."""
    said = {key: value for key, value in tables.facts.preregistration.items() if value not in (None, "", [])}
    if not said:
        return undefined("nothing was pre-registered")
    first = pc.min(tables.responses["answered_at"]).as_py()
    fixed = _time(said.get("fixed_at"))
    when = {"fixed_at": fixed.strftime("%Y-%m-%d %H:%M UTC")} if fixed else {}
    return said | when | {"before_first_answer": _before(fixed, first)}


def _time(said: Any) -> datetime | None:
    """Read an ISO 8601 time with a zone; None for anything else."""
    try:
        time = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else None


def _before(fixed: datetime | None, first: datetime | None) -> bool | dict[str, str]:
    if fixed is None:
        return undefined("unknown: it does not say, as a UTC time, when it was fixed")
    return undefined(NO_ANSWERS) if first is None else fixed < first
