"""What the service refuses: unknown fields, wrong types, values out of range."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

from surveys.panels.prolific.simulator.refusals import invalid

STUDY: dict[str, type | tuple[type, ...]] = {
    "name": str, "internal_name": (str, type(None)), "description": str, "external_study_url": str,
    "prolific_id_option": str, "completion_codes": list, "total_available_places": int,
    "estimated_completion_time": int, "maximum_allowed_time": int, "reward": int, "device_compatibility": list,
    "peripheral_requirements": list, "filters": list, "project": str, "submissions_config": dict,
}  # fmt: skip
NEEDED = (
    "name", "description", "external_study_url", "prolific_id_option", "completion_codes", "total_available_places",
    "estimated_completion_time", "reward",
)  # fmt: skip
PUBLISHED = ("internal_name", "total_available_places", "submissions_config")
CODE_TYPES = (
    "COMPLETED", "FAILED_ATTENTION_CHECK", "FOLLOW_UP_STUDY", "GIVE_BONUS", "INCOMPATIBLE_DEVICE", "NO_CONSENT",
    "OTHER", "FIXED_SCREENOUT", "SCREENED_IN", "SCREENED_OUT",
)  # fmt: skip
ACTIONS = {
    "MANUALLY_REVIEW": set(),
    "AUTOMATICALLY_APPROVE": set(),
    "FIXED_SCREEN_OUT_PAYMENT": {"fixed_screen_out_reward", "slots"},
}
PLACEHOLDERS = ("{{%PROLIFIC_PID%}}", "{{%STUDY_ID%}}", "{{%SESSION_ID%}}")


def fields(body: Any, allowed: dict[str, type | tuple[type, ...]], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a request's fields, each known and of its type."""
    if not isinstance(body, dict):
        raise invalid(body="An object is expected.")
    for name, value in body.items():
        if name not in allowed:
            raise invalid(**{name: "Unknown field."})
        if not isinstance(value, allowed[name]) or isinstance(value, bool):
            raise invalid(**{name: "Not a valid value."})
    for name in needed:
        if body.get(name) in (None, ""):
            raise invalid(**{name: "This field is required."})
    return body


def study(body: Any) -> dict[str, Any]:
    """Check a study to be made."""
    values = fields(body, STUDY, NEEDED)
    return whole(values)


def whole(values: dict[str, Any]) -> dict[str, Any]:
    """Check what a study's values must be together."""
    expected = values["estimated_completion_time"]
    if min(values["total_available_places"], expected, values["reward"]) < 1:
        raise invalid(reward="Ensure that places, time and reward are above 0.")
    least = math.ceil(2 + 2 * expected + 2 * math.sqrt(expected))
    if values.setdefault("maximum_allowed_time", least) < least:
        raise invalid(maximum_allowed_time=f"Ensure this value is greater than or equal to {least}.")
    url = values["external_study_url"]
    if urlsplit(url).scheme not in ("https", "http") or not all(one in url for one in PLACEHOLDERS):
        raise invalid(external_study_url="Enter a valid URL with its parameters.")
    if values["prolific_id_option"] != "url_parameters":
        raise invalid(prolific_id_option="Not a valid choice here.")
    _codes(values["completion_codes"], values["reward"])
    return values


def _codes(codes: list[Any], reward: int) -> None:
    allowed: dict[str, type | tuple[type, ...]] = {"code": str, "code_type": str, "actions": list, "actor": str}
    for one in codes:
        fields(one, allowed, ("code", "code_type", "actions"))
        if one["code_type"] not in CODE_TYPES or one.get("actor", "participant") != "participant":
            raise invalid(completion_codes="Not a valid choice.")
        for action in one["actions"]:
            _action(action, reward)
    if not codes or len({one["code"] for one in codes}) != len(codes):
        raise invalid(completion_codes="Codes must be unique, and there must be one.")


def _action(action: Any, reward: int) -> None:
    name = action.get("action") if isinstance(action, dict) else None
    if name not in ACTIONS or set(action) != {"action", *ACTIONS[name]}:
        raise invalid(completion_codes="Not a valid action.")
    if name == "FIXED_SCREEN_OUT_PAYMENT" and not (
        0 < action["fixed_screen_out_reward"] < reward and action["slots"] > 0
    ):
        raise invalid(completion_codes="The screen-out reward must be less than the reward.")
