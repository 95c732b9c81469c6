"""What the settings of all backends share."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Base of a backend's settings: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
