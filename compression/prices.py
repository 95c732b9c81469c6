"""What models cost: a table that its user writes, dated and with its source. None is shipped as a fact."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compression.errors import Problem, StudyError
from compression.paid import Estimate

MILLION = Decimal(1_000_000)
ANY = {None, "", "auto"}
Money = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PicturePrice(_Table):
    """What one generated picture costs; without ``size`` or ``quality`` for any."""

    price: Money
    size: str = ""
    quality: str = ""

    def fits(self, parameters: Mapping[str, Any]) -> bool:
        """Tell whether a picture with these parameters may cost this."""
        return all(
            not mine or parameters.get(name) in ANY or str(parameters[name]) == mine
            for name, mine in (("size", self.size), ("quality", self.quality))
        )


class ModelPrices(_Table):
    """What one model costs, as of a date.

    Attributes
    ----------
    max_output_tokens
        What one answer can have at most where the study sets no limit.
    tokens_per_picture
        What a picture that is sent counts as.
    """

    date: date
    source: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    input_per_million: Money | None = None
    output_per_million: Money | None = None
    max_output_tokens: int | None = Field(default=None, ge=1)
    tokens_per_picture: int | None = Field(default=None, ge=1)
    pictures: tuple[PicturePrice, ...] = ()

    def worst(self, estimate: Estimate) -> Decimal | None:
        """Return the most that an estimate can cost; None when something decisive is not known."""
        sent = self._tokens(self._tokens_in(estimate), self.input_per_million)
        made = self._per_picture(estimate.parameters) if estimate.kind == "image" else None
        if made is not None:
            return (sent or Decimal(0)) + made * estimate.images
        limit = estimate.tokens_out
        if limit is None and self.max_output_tokens is not None:
            limit = self.max_output_tokens * estimate.calls
        received = self._tokens(limit, self.output_per_million)
        return None if sent is None or received is None else sent + received

    def actual(self, estimate: Estimate, usage: Mapping[str, Any]) -> Decimal | None:
        """Return what one call came to by the usage that the service names; None when that cannot be told."""
        sent = self._tokens(_count(usage, "prompt_tokens", "input_tokens"), self.input_per_million)
        received = self._tokens(_count(usage, "completion_tokens", "output_tokens"), self.output_per_million)
        if sent is not None and received is not None:
            return sent + received
        return self._per_picture(estimate.parameters) if estimate.kind == "image" else None

    def _tokens_in(self, estimate: Estimate) -> int | None:
        if estimate.pictures_in and self.tokens_per_picture is None:
            return None  # models count pictures very differently
        return estimate.tokens_in + (self.tokens_per_picture or 0) * estimate.pictures_in

    def _per_picture(self, parameters: Mapping[str, Any]) -> Decimal | None:
        return max((row.price for row in self.pictures if row.fits(parameters)), default=None)

    @staticmethod
    def _tokens(count: int | None, per_million: Decimal | None) -> Decimal | None:
        return None if count is None or per_million is None else count * per_million / MILLION


class _PriceFile(_Table):
    models: Mapping[str, ModelPrices]


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of models by name."""

    models: Mapping[str, ModelPrices] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Prices":
        """Read a price table.

        Raises
        ------
        StudyError
            With everything that is wrong with it.
        """
        try:
            tables = tomllib.loads(path.read_bytes().decode("utf-8"), parse_float=Decimal)
            return cls(_PriceFile.model_validate(tables).models)
        except OSError as error:
            raise _wrong(path, "", f"cannot be read ({error.strerror})", "check the path") from error
        except ValidationError as error:
            raise StudyError(_problems(error, path)) from error
        except ValueError as error:  # no UTF-8, or no TOML
            raise _wrong(path, "", f"is no price table ({error})", "correct that line") from error

    @classmethod
    def find(cls, path: Path | None = None) -> "Prices | None":
        """Read the table at ``path``, or the one named by TWICETOLD_PRICES; None when neither is given."""
        named = os.environ.get("TWICETOLD_PRICES", "")
        chosen = path or (Path(named) if named else None)
        return cls.load(chosen) if chosen else None

    def worst(self, estimate: Estimate) -> tuple[Decimal | None, str]:
        """Return the most that calls can cost, None when unknown, and the currency."""
        model = self.models.get(estimate.model)
        return (model.worst(estimate), model.currency) if model else (None, "")

    def actual(self, estimate: Estimate, usage: Mapping[str, Any]) -> Decimal | None:
        """Return what one call came to, None when unknown."""
        model = self.models.get(estimate.model)
        return model.actual(estimate, usage) if model else None


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    found = (usage.get(name) for name in names)
    return next((count for count in found if isinstance(count, int) and count >= 0), None)


def _problems(error: ValidationError, path: Path) -> list[Problem]:
    return [
        Problem(path.name, ".".join(map(str, detail["loc"])), detail["msg"], "correct this value")
        for detail in error.errors()
    ]


def _wrong(path: Path, key: str, message: str, remedy: str) -> StudyError:
    return StudyError([Problem(path.name, key, message, remedy)])
