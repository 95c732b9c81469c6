"""Requests held against botocore's own model of the service: also what its client does not check."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from surveys.panels.mturk.simulator.refusals import Refusal, invalid

TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "timestamp": (int, float),
}


@lru_cache(1)
def service() -> Any:
    """Return botocore's model."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model("mturk", "service-2"), "mturk")


def checked(operation: str, request: Any) -> dict[str, Any]:
    """Return a request that the model allows, or refuse it."""
    if operation not in service().operation_names:
        raise Refusal(f"No operation {operation}.", kind="UnknownOperationException")
    problems = list(_problems(service().operation_model(operation).input_shape, request, ""))
    if problems:
        raise invalid(problems)
    found: dict[str, Any] = request
    return found


def _problems(shape: Any, value: Any, where: str) -> list[str]:
    kinds = TYPES[shape.type_name]
    if not _is_of(value, kinds):
        raise Refusal(f"{where or 'The request'} is not of type {shape.type_name}.", kind="SerializationException")
    if shape.type_name == "structure":
        return _of_structure(shape, value, where)
    if shape.type_name == "list":
        of_all = [_problems(shape.member, one, f"{where}.{k + 1}.member") for k, one in enumerate(value)]
        return [problem for of_one in of_all for problem in of_one]
    return [
        f"Value '{value}' at '{where}' failed to satisfy constraint: {constraint}"
        for constraint in _unmet(shape, value)
    ]


def _is_of(value: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _of_structure(shape: Any, value: dict[str, Any], where: str) -> list[str]:
    problems = [
        f"Value null at '{_inside(where, name)}' failed to satisfy constraint: Member must not be null"
        for name in shape.required_members
        if name not in value
    ]
    for name, one in value.items():
        if name not in shape.members:
            raise Refusal(f"Unknown member {name}.", kind="SerializationException")
        problems += _problems(shape.members[name], one, _inside(where, name))
    return problems


def _inside(where: str, name: str) -> str:
    name = name[0].lower() + name[1:]
    return f"{where}.{name}" if where else name


def _unmet(shape: Any, value: Any) -> list[str]:
    rules = shape.metadata
    size = len(value) if isinstance(value, str) else value
    word = "length " if isinstance(value, str) else "value "
    unmet = []
    if "min" in rules and size < rules["min"]:
        unmet.append(f"Member must have {word}greater than or equal to {rules['min']}")
    if "max" in rules and size > rules["max"]:
        unmet.append(f"Member must have {word}less than or equal to {rules['max']}")
    if "pattern" in rules and re.search(rules["pattern"], value) is None:
        unmet.append(f"Member must satisfy regular expression pattern: {rules['pattern']}")
    if rules.get("enum") and value not in rules["enum"]:
        unmet.append(f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]")
    return unmet
