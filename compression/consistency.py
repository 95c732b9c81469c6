"""What a study file may not say although each table of it is well formed."""

from collections import Counter
from collections.abc import Iterator

from compression.definition import MethodTable, StimulusDefinition
from compression.errors import Problem


def problems(definition: StimulusDefinition, file: str) -> Iterator[Problem]:
    """Yield every contradiction within a definition."""
    for table in ("categories", "originals", "methods"):
        yield from _repeated(file, table, [row.slug for row in getattr(definition, table)])
    yield from _categories(definition, file)
    for number, method in enumerate(definition.methods):
        yield from _shape(file, f"methods[{number}] ({method.slug})", method)


def _repeated(file: str, table: str, slugs: list[str]) -> Iterator[Problem]:
    for slug, times in Counter(slugs).items():
        if times > 1:
            yield Problem(file, table, f'the slug "{slug}" stands there {times} times', "give each its own")


def _categories(definition: StimulusDefinition, file: str) -> Iterator[Problem]:
    known = [category.slug for category in definition.categories]
    for number, original in enumerate(definition.originals):
        if original.category not in known:
            key = f"originals[{number}].category ({original.slug})"
            yield Problem(file, key, f'there is no category "{original.category}"', f"use one of {', '.join(known)}")


def _shape(file: str, key: str, method: MethodTable) -> Iterator[Problem]:
    textual = (method.captioner is not None, method.reconstructor is not None)
    if method.family == "classical" and (method.codec is None or any(textual)):
        yield Problem(file, key, "a classical method has a codec and nothing else", "give it codec = { backend = … }")
    if method.best_of is not None and method.family != "textual":
        yield Problem(file, f"{key}.best_of", "only a textual method can be the best of several", "drop best_of")
    if method.best_of is not None and method.reconstructor and method.reconstructor.backend == "folder":
        yield Problem(file, f"{key}.best_of", "files are there once: nothing can be drawn again", "drop best_of")
    if method.family == "textual" and (method.codec is not None or not all(textual)):
        remedy = "give it captioner = { backend = … } and reconstructor = { backend = … }"
        yield Problem(file, key, "a textual method has a captioner and a reconstructor, no codec", remedy)
