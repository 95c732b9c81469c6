"""The settings that all codecs share: the size a file may have, and what to do for it."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from compression.metrics import Metric
from compression.settings import Settings
from compression.types import Original


class TargetSettings(Settings):
    """A plain quality, or one of ``target_percent_smaller`` and ``target_bytes`` with the policy to reach it."""

    target_percent_smaller: Annotated[float, Field(gt=0, lt=100)] | None = None
    target_bytes: Annotated[int, Field(ge=1)] | None = None
    policy: Literal["full-size", "best"] = "full-size"
    downscale_when_infeasible: bool = False
    metric: Metric | None = None

    plain: ClassVar[tuple[str, ...]] = ("quality",)

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = [*self.plain, "target_percent_smaller", "target_bytes"]
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"give exactly one of {', '.join(names[:-1])} and {names[-1]}")
        return self

    @model_validator(mode="after")
    def _policies_are_for_targets(self) -> Self:
        if not self.has_target and (self.policy == "best" or self.downscale_when_infeasible):
            raise ValueError('policy = "best" and downscale_when_infeasible need a target')
        if self.metric and self.policy == "full-size" and not self.downscale_when_infeasible:
            raise ValueError('metric needs policy = "best" or downscale_when_infeasible = true')
        return self

    @property
    def has_target(self) -> bool:
        """Tell whether a size is asked for, and not a quality."""
        return self.target_percent_smaller is not None or self.target_bytes is not None

    def size_bytes(self, original: Original) -> int:
        """Return the most bytes that the file of an original may have."""
        return self.target_bytes or percent_smaller(original.file_bytes, self.target_percent_smaller or 0)


def percent_smaller(file_bytes: int, percent: float) -> int:
    """Return the most bytes a file may have to be ``percent`` % smaller than ``file_bytes``, metadata included."""
    return int(file_bytes * (100 - percent) / 100)
