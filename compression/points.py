"""Operating points: one method of the study file that stands for several, along a curve or as several draws."""

from collections.abc import Iterator
from typing import TypeVar

from compression.definition import BackendTable, MethodTable, StimulusDefinition
from compression.errors import Problem

MAX_METHODS = 40
ELEMENTS = "abcdef"  # of the guide for human captions, in its order
BY_HAND = "write each point as a method of its own, with its own folder and the same curve"
Definition = TypeVar("Definition", bound=StimulusDefinition)


def expand(definition: Definition) -> Definition:
    """Return the definition with every method that stands for several written out; others stay as they are.

    ``budgets`` gives a method per most bytes a caption may have, ``ablate`` one per set of elements left out (and the
    complete one), ``replicate`` one per draw of the reconstructor. Points of one method share ``curve``, its slug.
    """
    methods = [point for method in definition.methods for point in points(method)]
    return definition.model_copy(update={"methods": methods})


def points(method: MethodTable) -> Iterator[MethodTable]:
    """Yield the methods that one stands for."""
    for point in _budgets(method) if method.budgets else _ablations(method) if method.ablate else [method]:
        yield from _draws(point, method.replicate) if method.replicate > 1 else [_settled(point, {})]


def _budgets(method: MethodTable) -> Iterator[MethodTable]:
    for budget in method.budgets:
        special: dict[str, object] = {
            "point": f"at most {budget} bytes",
            "captioner": _with(method.captioner, "max_bytes", budget),
        }
        yield _settled(method, special | _named(method, str(budget), f", at most {budget} bytes"))


def _ablations(method: MethodTable) -> Iterator[MethodTable]:
    yield _settled(method, {"point": "complete", "curve": method.curve or method.slug})
    for letters in method.ablate:
        special: dict[str, object] = {
            "point": f"lacks {letters}",
            "captioner": _with(method.captioner, "without", letters),
        }
        yield _settled(method, special | _named(method, f"lacks-{letters}", f" without {letters}"))


def _draws(method: MethodTable, count: int) -> Iterator[MethodTable]:
    for draw in range(1, count + 1):
        drawn: dict[str, object] = {"draw": draw}
        yield _settled(method, drawn | _named(method, f"draw-{draw}", f", draw {draw} of {count}"))


def _named(method: MethodTable, slug: str, title: str) -> dict[str, object]:
    return {
        "slug": f"{method.slug}-{slug}", "title": f"{method.title}{title}", "curve": method.curve or method.slug
    }  # fmt: skip


def _settled(method: MethodTable, changes: dict[str, object]) -> MethodTable:
    return method.model_copy(update={"budgets": [], "ablate": [], "replicate": 1} | changes)


def _with(backend: BackendTable | None, name: str, value: object) -> BackendTable | None:
    """Return a backend with one more setting; a method without one is reported elsewhere."""
    return backend and BackendTable.model_validate(backend.model_dump() | {name: value})


def problems(definition: StimulusDefinition, file: str) -> Iterator[Problem]:
    """Yield what is wrong with the operating points of a definition that is not expanded yet."""
    for number, method in enumerate(definition.methods):
        yield from _method_problems(method, file, f"methods[{number}] ({method.slug})")
    methods = expand(definition).methods
    if len(methods) > MAX_METHODS:
        message = f"the methods stand for {len(methods)} in all, more than {MAX_METHODS}"
        yield Problem(file, "methods", message, "ask for fewer budgets, ablations or draws")
    for method in methods:
        if len(method.slug) > 63:
            yield Problem(file, "methods", f'the slug "{method.slug}" is too long', "give the method a shorter one")


def _method_problems(method: MethodTable, file: str, key: str) -> Iterator[Problem]:
    human = method.captioner is not None and method.captioner.backend == "human"
    several = bool(method.budgets or method.ablate or method.replicate > 1)
    if several and method.family != "textual":
        yield Problem(file, key, "budgets, ablate and replicate are for textual methods", "drop them")
    if method.budgets and method.ablate:
        yield Problem(file, key, "a method has budgets or ablate, not both", "make two methods of it")
    if method.budgets and human:
        remedy = "use ablate, or captions of several lengths as methods of their own"
        yield Problem(file, f"{key}.budgets", "words that people wrote cannot be asked to be shorter", remedy)
    if method.ablate and not human:
        yield Problem(file, f"{key}.ablate", "only human captions have elements to leave out", "use budgets")
    if several and method.reconstructor and method.reconstructor.backend == "folder":
        yield Problem(file, key, "files are there once: nothing can be drawn again, nor from other words", BY_HAND)
    for name, values in (("budgets", method.budgets), ("ablate", method.ablate)):
        if len(set(values)) < len(values):
            yield Problem(file, f"{key}.{name}", "the same value stands there twice", "keep one")
