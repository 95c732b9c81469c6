"""Every number of a study, computed once: the content of numbers.json."""

from typing import Any

from analysis import basis, counts, curves, inference, rate, ratings, screening, table1, truth
from analysis.clustered import REPLICATES
from analysis.display import is_undefined
from analysis.facts import Facts
from analysis.medians import LEVEL
from analysis.tables import Tables

Row = dict[str, Any]


def compute(tables: Tables, *, inferring: bool = True) -> Row:
    """Compute all results of a study.

    Parameters
    ----------
    tables : Tables
    inferring : bool
        Whether methods are compared by models and tests, too (`inference`), which takes longer than all the rest.

    Returns
    -------
    dict
        Plain JSON (no NaN, no infinities). A number that does not exist is ``{"undefined": "in words"}``. With no
        answers at all everything about sizes is still there.
    """
    facts = tables.facts
    slug, survey = facts.rating_survey
    items = tuple(tables.stimuli["stimulus"].to_pylist())
    counted = counts.counted(tables.responses, items, slug, survey)
    rated = ratings.rate(tables.stimuli, counted)
    selected = counts.selected(tables.responses, slug, survey.question or "")
    answered = table1.Answered(counts.by_participant(selected, counted), facts.seed)
    rows = table1.table1(rated, facts.methods, survey.scale_min, answered)
    rates = rate.rates(rated.rows, facts.methods)
    return {
        "format": 1,
        "study": _study(tables),
        "scale": _scale(facts),
        "basis": basis.basis(tables, rated.rows),
        "screening": screening.screening(tables),
        "preregistration": basis.preregistration(tables),
        "other_surveys": basis.other_surveys(tables),
        "conditions": [*facts.notes, *tables.notes, *basis.chosen_by_similarity(tables)],
        "intervals": {"level": LEVEL, "replicates": REPLICATES, "seed": facts.seed},
        "table1": rows,
        "rates": rates,
        "curves": curves.curves(facts.methods, rows, rates),
        "stimuli": rated.rows,
        "drawn": _drawn(rated.rows),
        "iso": rate.iso_satisfaction(rated.rows, facts.methods, survey),
        **({"inference": inference.inference(rated.rows, selected, facts)} if inferring else {}),
        "headlines": rate.headlines(rated.rows, survey),
        "truth": truth.compare(tables.truth, rated.rows, facts.methods),
        "sources": dict(sorted(tables.sources.items())),
    }


def _study(tables: Tables) -> Row:
    facts = tables.facts
    return {
        "slug": facts.study,
        "title": facts.title,
        "simulated": _is_simulated(tables),
        "categories": [category.model_dump() for category in facts.categories],
        "methods": [method.model_dump() for method in facts.methods],
    }


def _is_simulated(tables: Tables) -> bool:
    rows = (tables.stimuli["simulated"], tables.responses["simulated"])
    return tables.facts.simulated or any(True in column.to_pylist() for column in rows)


def _scale(facts: Facts) -> Row:
    slug, survey = facts.rating_survey
    return {"survey": slug, "min": survey.scale_min, "max": survey.scale_max} | survey.model_dump(
        include={"question", "text", "low", "high", "reference", "instrument"}
    )


def _drawn(rows: list[Row]) -> Row:
    """Count the points of the rate–satisfaction figures, and the stimuli that cannot be in them."""
    rated = [row for row in rows if row["n"]]
    unsized = sum(is_undefined(row["size_bytes"]) for row in rated)
    return {"points": len(rated) - unsized, "unknown_size": unsized, "no_answers": len(rows) - len(rated)}
