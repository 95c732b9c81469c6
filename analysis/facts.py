"""What a study says about itself: the property `twicetold` of datapackage.json, or defaults for anybody's tables."""

import json
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import TableError

PACKAGE = "datapackage.json"


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Category(_Plain):
    """A kind of originals."""

    slug: str
    title: str


class Method(_Plain):
    """A way to compress; `family` says whether through words or an image codec.

    Operating points of one method share `curve`, and `point` says what is special about this one; `draw` numbers
    several reconstructions of the same words.
    """

    slug: str
    title: str
    family: Literal["textual", "classical"]
    curve: str = ""
    point: str = ""
    draw: int = 1


class Question(_Plain):
    """One question of a survey; `scale_min` and `scale_max` where it is rated, or else it is answered in words."""

    question: str
    kind: str = ""
    text: str = ""
    scale_min: int | None = None
    scale_max: int | None = Field(default=None, le=1000)


class Survey(_Plain):
    """A survey: all its questions and, when it asks for one rating of a pair, that question's scale."""

    question: str | None = None
    questions: tuple[Question, ...] = ()
    title: str = ""
    text: str = ""
    scale_min: int = 1
    scale_max: int = Field(default=10, le=1000)
    raters: int | None = None
    further_places: int = 0
    reference: str = ""
    low: str = ""
    high: str = ""
    instrument: str = ""


class Facts(_Plain):
    """The facts of a study that its tables do not carry.

    Categories and methods are in study order. `simulated` is true when the study or its participants are made up.
    `repeats_excluded` is None when nobody said.
    """

    study: str = "study"
    title: str = ""
    simulated: bool = False
    seed: int = 0
    categories: tuple[Category, ...] = ()
    methods: tuple[Method, ...] = ()
    surveys: dict[str, Survey] = Field(default_factory=dict)
    preregistration: dict[str, Any] = Field(default_factory=dict)
    design: dict[str, Any] = Field(default_factory=dict)
    rendition_area_px: int | None = None
    repeats_excluded: bool | None = None
    notes: tuple[str, ...] = ()

    @property
    def rating_survey(self) -> tuple[str, Survey]:
        """The first survey that asks for one rating, with its slug."""
        return next((slug, survey) for slug, survey in self.surveys.items() if survey.question)


def parse(document: Any) -> Facts:
    """Check the property `twicetold` of a data package; raises TableError that names the entry."""
    try:
        return Facts.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in ("twicetold", *first["loc"]))
        raise TableError(PACKAGE, 0, "", f"{entry}: {first['msg']}. Export the study again, or mend it.") from None


def read_document(folder: Path) -> dict[str, Any]:
    """Read datapackage.json; an empty document when the folder has none."""
    path = folder / PACKAGE
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TableError(PACKAGE, getattr(error, "lineno", 0), "", f"is not JSON ({error}): export it again.") from None
    if not isinstance(document, dict):
        raise TableError(PACKAGE, 1, "", "is not a JSON object: export the study again.")
    return document


def complete(facts: Facts, stimuli: pa.Table, responses: pa.Table) -> Facts:
    """Add what the facts leave out, from the tables: title, categories, methods and the rating survey."""
    return facts.model_copy(
        update={
            "title": facts.title or facts.study,
            "categories": _categories(facts, stimuli),
            "methods": _methods(facts, stimuli),
            "surveys": _with_rating(facts, responses),
        }
    )


def _categories(facts: Facts, stimuli: pa.Table) -> tuple[Category, ...]:
    known = {category.slug for category in facts.categories}
    found = [slug for slug in pc.unique(stimuli["category"]).to_pylist() if slug not in known]
    return facts.categories + tuple(Category(slug=slug, title=slug) for slug in found)


def _methods(facts: Facts, stimuli: pa.Table) -> tuple[Method, ...]:
    columns = ("family", "curve", "point", "draw")
    rows = {row["method"]: row for row in stimuli.select(["method", *columns]).to_pylist()}
    said = {slug: {name: row[name] for name in columns if row[name] is not None} for slug, row in rows.items()}
    known = tuple(m if m.curve else m.model_copy(update=_point(said.get(m.slug, {}))) for m in facts.methods)
    found = [slug for slug in said if slug not in {method.slug for method in known}]
    return known + tuple(Method(slug=slug, title=slug, **said[slug]) for slug in found)


def _point(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "family"}


def _with_rating(facts: Facts, responses: pa.Table) -> dict[str, Survey]:
    """Return the surveys; where none of the named ones asks for one rating, Survey A stands there without answers."""
    if any(survey.question for survey in facts.surveys.values()):
        return facts.surveys
    if any(survey.questions for survey in facts.surveys.values()):
        return facts.surveys | {"a": Survey(question="satisfaction")}
    return _surveys(facts, responses)


def _surveys(facts: Facts, responses: pa.Table) -> dict[str, Survey]:
    pairs = responses.group_by(["survey", "question"], use_threads=False).aggregate([]).to_pylist() or [
        {"survey": "a", "question": "satisfaction"}
    ]
    if len(pairs) > 1:
        names = ", ".join(f"{pair['survey']}/{pair['question']}" for pair in pairs)
        message = f"the tables hold several questions ({names}): name the rated one under twicetold.surveys."
        raise TableError(PACKAGE, 0, "", message)
    return {**facts.surveys, pairs[0]["survey"]: Survey(question=pairs[0]["question"])}
