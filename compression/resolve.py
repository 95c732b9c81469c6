"""From a study file to a plan: every backend checked, every file found and hashed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from compression.definition import BackendTable, MethodTable, OriginalTable, StimulusDefinition
from compression.errors import StudyError
from compression.files import Files
from compression.findings import Findings
from compression.methods import registry
from compression.types import (
    Backend,
    BackendKind,
    BestOf,
    Caption,
    FileBacked,
    FileCaptioner,
    Method,
    Original,
    Plan,
    Source,
)

Cell = tuple[str, str]


def resolve(definition: StimulusDefinition, root: Path, file: str = "study.toml") -> Plan:
    """Find and check all that a definition names.

    Parameters
    ----------
    definition
        The validated study file.
    root
        The folder that every path stays below.
    file
        How messages call the study file.

    Raises
    ------
    StudyError
        With all problems at once. With ``missing_files = "record"`` files that are missing, empty or no pictures
        are not among them: they become the reasons of the records that need them.
    """
    findings = Findings(file, definition.study.missing_files == "record")
    resolver = _Resolver(definition, Files(root), findings)
    originals = tuple(resolver.original(number, row) for number, row in enumerate(definition.originals))
    resolver.refuse_twins(originals)
    methods = tuple(resolver.method(number, row) for number, row in enumerate(definition.methods))
    if findings.problems:
        raise StudyError(findings.problems)
    return resolver.plan(originals, methods)


@dataclass(slots=True)
class _Resolver:
    definition: StimulusDefinition
    files: Files
    findings: Findings
    sources: dict[Cell, Source] = field(default_factory=dict)
    captions: dict[Cell, Caption] = field(default_factory=dict)
    missing_captions: dict[Cell, str] = field(default_factory=dict)

    def plan(self, originals: tuple[Original, ...], methods: tuple[Method, ...]) -> Plan:
        definition = self.definition
        return Plan(
            study=definition.study.slug,
            seed=definition.study.seed,
            simulated=definition.study.simulated,
            area_px=definition.renditions.area_px,
            pair_budget_bytes=definition.renditions.pair_budget_bytes,
            categories=tuple(category.slug for category in definition.categories),
            originals=originals,
            methods=methods,
            captions=self.captions,
            root=self.files.root,
            sources=self.sources,
            missing_captions=self.missing_captions,
            watermark=definition.renditions.hidden,
        )

    def original(self, number: int, row: OriginalTable) -> Original:
        key = f"originals[{number}].file ({row.slug})"
        found = self.findings.source(partial(self.files.picture, row.file), key, row.sha256)
        reason = f"Original {row.slug} is missing: {found.reason}" if found.reason else ""
        return Original(
            row.slug, row.category, found.path, found.sha256, found.file_bytes, reason,
            row.may_send_to_third_parties, found.width, found.height,
        )  # fmt: skip

    def refuse_twins(self, originals: tuple[Original, ...]) -> None:
        """Note originals that are one picture under two names: it would be shown and counted twice."""
        first: dict[str, str] = {}
        for number, original in enumerate(originals):
            twin = first.setdefault(original.sha256, original.slug) if original.sha256 else original.slug
            if twin != original.slug:
                message = f'"{original.slug}" and "{twin}" are the same picture, byte for byte'
                remedy = "give each its own file, or drop one of them"
                self.findings.add(f"originals[{number}].file ({original.slug})", message, remedy)

    def method(self, number: int, row: MethodTable) -> Method:
        key = f"methods[{number}] ({row.slug})"
        codec = self._backend("codec", row.codec, f"{key}.codec")
        captioner = self._backend("captioner", row.captioner, f"{key}.captioner")
        reconstructor = self._backend("reconstructor", row.reconstructor, f"{key}.reconstructor")
        for part, backend in (("codec", codec), ("reconstructor", reconstructor)):
            self._attach_files(row.slug, f"{key}.{part}", backend)
        self._attach_captions(row.slug, f"{key}.captioner", captioner)
        best_of = BestOf(**row.best_of.model_dump()) if row.best_of else None
        return Method(
            row.slug, row.title, row.family, codec, captioner, reconstructor, row.curve, row.point, row.draw, best_of
        )

    def _backend(self, kind: BackendKind, row: BackendTable | None, key: str) -> Backend | None:
        if row is None:
            return None
        found: list[Backend] = []
        with self.findings.collect(key):
            found.append(registry().backend(kind, row.backend, row.settings))
        return found[0] if found else None

    def _attach_files(self, method: str, key: str, backend: Backend | None) -> None:
        maker = registry().make(backend, self.files) if backend else None
        if not isinstance(maker, FileBacked):
            return
        for row in self.definition.originals:
            found = self.findings.source(partial(maker.source, row.slug), f"{key} ({row.slug})")
            self.sources[method, row.slug] = found

    def _attach_captions(self, method: str, key: str, backend: Backend | None) -> None:
        with self.findings.collect(key):
            captioner = registry().make(backend, self.files) if backend else None
            if isinstance(captioner, FileCaptioner):
                slugs = [row.slug for row in self.definition.originals]
                self._keep(method, key, captioner.captions(slugs), captioner.optional)

    def _keep(self, method: str, key: str, captions: Mapping[str, Caption], optional: bool) -> None:
        for row in self.definition.originals:
            caption = captions.get(row.slug)
            if caption is not None and caption.text:
                self.captions[method, row.slug] = caption
            elif caption is not None:
                remedy = "write more elements, or leave less out"
                self._lacks_caption(method, key, row.slug, caption.provenance["notes"][0], remedy)
            elif not optional:
                message, remedy = (
                    f"there is no caption for {row.slug}",
                    "add its line to the file, or set optional = true",
                )
                self._lacks_caption(method, key, row.slug, message, remedy)

    def _lacks_caption(self, method: str, key: str, original: str, message: str, remedy: str) -> None:
        self.missing_captions[method, original] = message
        if not self.findings.recording:
            self.findings.add(key, message, f'{remedy}, or missing_files = "record"')
