"""What a panel calls its parameters, and where it wants people sent at the end."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

COMPLETE = "complete"
FILLED_IN = ("person", "assignment", "posting", "code")
"""What may stand in braces in an address."""
_MOST_LETTERS = 2000

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
SecretCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class DescriptionError(Exception):
    """A panel's description can't be used; the message names each place and what to write there."""


def _address(text: str) -> str:
    """Let through an https address whose host is fixed and whose braces can all be filled in."""
    if len(text) > _MOST_LETTERS or re.search(r"[\s\x00-\x1f\x7f\\]", text):
        msg = f"an address has at most {_MOST_LETTERS} characters, and neither spaces nor backslashes"
        raise ValueError(msg)
    _check_braces(text)
    parts = urlsplit(text)
    if parts.scheme != "https" or not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", parts.netloc):
        msg = "an address begins with https:// and a host of letters, digits, dots and hyphens"
        raise ValueError(msg)
    return text


def _check_braces(text: str) -> None:
    try:
        found = list(string.Formatter().parse(text))
    except ValueError as error:
        msg = "braces are not closed: write {{ and }} for braces of its own"
        raise ValueError(msg) from error
    for _, name, form, conversion in found:
        if name is not None and (name not in FILLED_IN or form or conversion):
            msg = f"{{{name}}} can't be filled in: only {', '.join(f'{{{each}}}' for each in FILLED_IN)} can"
            raise ValueError(msg)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameters(_Strict):
    """Under which names the panel puts its ids on our address. Which person it is has to be among them."""

    person: Name
    assignment: Name | None = None
    posting: Name | None = None

    @model_validator(mode="after")
    def _differ(self) -> Parameters:
        names = [name for name in (self.person, self.assignment, self.posting) if name]
        if len(set(names)) < len(names):
            msg = "each parameter needs a name of its own"
            raise ValueError(msg)
        return self


class Ending(_Strict):
    """What happens at the end: a code is shown, or the person is sent to an address, in which the code may stand."""

    code: SecretCode | None = None
    redirect: Annotated[str, AfterValidator(_address)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Ending:
        if self.code is None and self.redirect is None:
            msg = "say a code, or an address to redirect to"
            raise ValueError(msg)
        if self.redirect and self.code is None and "code" in _braces(self.redirect):
            msg = "the address asks for {code}, but there is no code"
            raise ValueError(msg)
        return self

    def address(self, ids: Mapping[str, str]) -> str | None:
        """Return where to send somebody with these ids, each made harmless; None where a code is shown."""
        if self.redirect is None:
            return None
        values = {name: quote(value, safe="") for name, value in {**ids, "code": self.code or ""}.items()}
        return self.redirect.format_map(values)


class Description(_Strict):
    """A panel as data. Without an ending of their own, outcomes other than `complete` show the receipt code."""

    name: Slug
    parameters: Parameters
    outcomes: Annotated[dict[Slug, Ending], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _fits(self) -> Description:
        if COMPLETE not in self.outcomes:
            msg = f"outcomes lacks {COMPLETE}: say what happens to who has answered everything"
            raise ValueError(msg)
        codes = [ending.code for ending in self.outcomes.values() if ending.code]
        if len(set(codes)) < len(codes):
            msg = "two outcomes have one code: the panel could not tell them apart"
            raise ValueError(msg)
        for outcome, ending in self.outcomes.items():
            self._can_fill_in(outcome, ending)
        return self

    def _can_fill_in(self, outcome: str, ending: Ending) -> None:
        for name in _braces(ending.redirect or "") - {"code"}:
            if getattr(self.parameters, name) is None:
                msg = f"the address of {outcome} asks for {{{name}}}, but parameters has no {name}"
                raise ValueError(msg)


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def read(said: Any) -> Description:
    """Read a panel's description from plain data, as a TOML file gives it.

    Raises
    ------
    DescriptionError
        Naming every key that can't be used, and why.
    """
    try:
        return Description.model_validate(said)
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, each['loc'])) or 'the panel'}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise DescriptionError("The panel's description can't be used. " + "; ".join(lines) + ".") from None
