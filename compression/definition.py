"""The stimulus part of a study file: what may stand in it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from compression import watermark
from compression.types import Family, Watermark

ELSEWHERE = {"surveys", "panel", "consent", "privacy", "devices", "debrief", "rules", "flags", "preregistration"}
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Sha256 = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class Table(BaseModel):
    """Base of every table: unknown keys are errors, and so are values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class StudyTable(Table):
    """``[study]``."""

    slug: Slug
    title: str = Field(min_length=1)
    description: str = ""
    seed: int = Field(ge=0, lt=2**63)
    simulated: bool = False
    missing_files: Literal["error", "record"] = "error"
    listed: bool = False
    results: Literal["public", "staff"] = "staff"


Fraction = Annotated[float, Field(ge=0, le=1)]


class WatermarkTable(Table):
    """``watermark``: what is hidden in every picture, as fractions of its width and height."""

    action: Literal["mask", "crop"]
    left: Fraction
    top: Fraction
    right: Fraction
    bottom: Fraction

    @model_validator(mode="after")
    def _can_be_hidden(self) -> Self:
        if found := watermark.problem(Watermark(**self.model_dump())):
            raise PydanticCustomError("watermark", "{problem}", {"problem": found})
        return self


class RenditionTable(Table):
    """``[renditions]``: pixel area of every shown picture; most bytes of two shown together; what is hidden."""

    area_px: int = Field(default=512 * 512, ge=64 * 64, le=2048 * 2048)
    pair_budget_bytes: int = Field(default=800_000, ge=50_000)
    watermark: WatermarkTable | None = None

    @property
    def hidden(self) -> Watermark | None:
        """The watermark as the builder takes it."""
        return Watermark(**self.watermark.model_dump()) if self.watermark else None


class CategoryTable(Table):
    """``[[categories]]``."""

    slug: Slug
    title: str = Field(min_length=1)


class OriginalTable(Table):
    """``[[originals]]``; with ``sha256`` only that very file will do."""

    slug: Slug
    category: Slug
    file: str = Field(min_length=1)
    title: str = ""
    source: str = ""
    licence: str = ""
    first_published: str = ""
    may_send_to_third_parties: bool = False
    sha256: Sha256 = ""


class BackendTable(BaseModel):
    """A registered backend by name, with its own settings beside it."""

    model_config = ConfigDict(extra="allow")

    backend: str = Field(min_length=1)

    @property
    def settings(self) -> Mapping[str, Any]:
        """All keys but the name; the backend's own model checks them."""
        return self.model_extra or {}


class BestOfTable(Table):
    """``best_of``: how many reconstructions are made of the same words, and the CLIP model that chooses one."""

    n: int = Field(ge=2, le=64)
    model: str = Field(min_length=1)
    revision: str = ""


class MethodTable(Table):
    """``[[methods]]``: a codec, or a captioner and a reconstructor.

    With ``budgets``, ``ablate`` or ``replicate`` it stands for several (:mod:`compression.points`).
    """

    slug: Slug
    title: str = Field(min_length=1)
    family: Family
    codec: BackendTable | None = None
    captioner: BackendTable | None = None
    reconstructor: BackendTable | None = None
    best_of: BestOfTable | None = None
    budgets: list[Annotated[int, Field(ge=1, le=100_000)]] = []
    ablate: list[Annotated[str, Field(pattern=r"^a?b?c?d?e?f?$", min_length=1, max_length=5)]] = []
    replicate: int = Field(default=1, ge=1, le=20)
    curve: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_-]{0,62})?$")] = ""
    point: str = Field(default="", max_length=60)
    draw: int = Field(default=1, ge=1, le=64)


class BudgetTable(Table):
    """``[budget]``: most that a study's paid calls may come to, over all its runs."""

    max_cost: str | None = Field(default=None, pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    max_calls: int | None = Field(default=None, ge=0)

    @property
    def cost(self) -> Decimal | None:
        """The most money."""
        return None if self.max_cost is None else Decimal(self.max_cost)

    @property
    def limited(self) -> bool:
        """Whether anything is limited."""
        return self.max_cost is not None or self.max_calls is not None

    @model_validator(mode="after")
    def _money_has_a_currency(self) -> "BudgetTable":
        if (self.max_cost is None) != (not self.currency):
            raise ValueError('max_cost and currency go together, as in max_cost = "5.00", currency = "USD"')
        return self


class StimulusDefinition(Table):
    """What a study file says about originals, methods and renditions.

    Tables of the surveys' side are left to whoever subclasses this; any other unknown table is an error.
    """

    study: StudyTable
    renditions: RenditionTable = RenditionTable()
    budget: BudgetTable = BudgetTable()
    categories: list[CategoryTable] = Field(min_length=1)
    originals: list[OriginalTable] = Field(min_length=1)
    methods: list[MethodTable] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _leave_to_others(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if key not in ELSEWHERE or key in cls.model_fields}
