"""What the columns of a result file are: read from a TOML file, and written beside a result file of our own."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from surveys.instruments.questions.base import Strict
from surveys.services.errors import ServiceError

Column = Annotated[str, Field(min_length=1, max_length=200)]


class Item(Strict):
    """One item of a form: which stimulus it showed, and in which column each question's answer stands."""

    position: Annotated[int, Field(ge=1, le=10_000)] | None = None  # in the form; without it, among the items here
    stimulus: Column
    answers: Annotated[dict[str, Column], Field(min_length=1)]


class Columns(Strict):
    """What the columns of a result file are."""

    panel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")] = "mturk"
    worker: Column = "WorkerId"
    assignment: Column = "AssignmentId"
    status: Column = "AssignmentStatus"
    accepted: Column = "AcceptTime"
    submitted: Column = "SubmitTime"
    seconds: Column = "WorkTimeInSeconds"
    count: tuple[str, ...] = ("Submitted", "Approved")
    counted: Column | None = None  # true or false: of the rows whose status counts, those that do
    simulated: Column | None = None  # true or false: whether a program answered
    escaped: bool = False  # cells are as batch_cells writes them
    items: Annotated[list[Item], Field(min_length=1, max_length=1000)]
    stimuli: dict[str, str] = Field(default_factory=dict)  # a cell of a stimulus column → the stimulus's name

    @model_validator(mode="after")
    def _each_position_once(self) -> Columns:
        twice = [position for position, count in Counter(position for position, _ in self.placed).items() if count > 1]
        if twice:
            msg = f"position {twice[0]} occurs twice among the items: number all of them, or none"
            raise ValueError(msg)
        return self

    @property
    def placed(self) -> Iterator[tuple[int, Item]]:
        """Each item with its position in the form."""
        return ((item.position or rank, item) for rank, item in enumerate(self.items, 1))


def read_mapping(data: bytes) -> Columns:
    """Read a mapping of columns from a TOML file.

    Raises
    ------
    ServiceError
        Naming every key that can't be used, and why.
    """
    try:
        return Columns.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ServiceError(f"The mapping is no TOML file in UTF-8: {error}.") from None
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}".removeprefix(": ")
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise ServiceError(f"The mapping can't be used. {'; '.join(lines)}.") from None


def written_mapping(columns: Columns) -> str:
    """Return a mapping as a TOML file, without what is as usual."""
    said = columns.model_dump(mode="json", exclude_defaults=True)
    items, stimuli = said.pop("items"), said.pop("stimuli", {})
    lines = [*_keys(said)]
    for item in items:
        lines += ["", "[[items]]", *_keys(item)]
    if stimuli:
        lines += ["", "[stimuli]", *_keys(stimuli)]
    return "\n".join(lines) + "\n"


def _keys(table: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(key)} = {_value(value)}" for key, value in table.items())


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else _value(key)


def _value(value: Any) -> str:
    """Return a value in TOML, whose strings, numbers, booleans and lists are JSON's as far as they come here."""
    if isinstance(value, dict):
        return "{" + ", ".join(_keys(value)) + "}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
