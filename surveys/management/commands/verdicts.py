from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from pydantic import ValidationError

from compression.study import read_toml
from surveys.management.commands._base import StudyCommand
from surveys.participant_tables import RulesDefinition
from surveys.selectors import quality_words
from surveys.selectors.quality import Excluded, quality
from surveys.selectors.studies import only_survey
from surveys.services import verdicts

NAMES = tuple(RulesDefinition.model_fields)


class Command(StudyCommand):
    help = "Show what a survey's rules excluded, and what other rules would exclude. Nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", help="the survey's slug; may be left out when there is only one")
        parser.add_argument("--rules", type=Path, metavar="FILE", help="a TOML file with other rules, or a study file")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = only_survey(self.study(options), options["survey"])
        path = options["rules"]
        found = quality(survey, None if path is None else _rules(path))
        frozen = "as frozen when it was published" if survey.published_at else "not published yet"
        self.stdout.write(f"Survey {survey.slug}: its own rules, {frozen}.")
        self._show(found.done, "was", "were")
        if found.tried is not None:
            self.stdout.write(f"\nThe rules of {path.name}, tried on the same people; nothing is written.")
            self._show(found.tried, "would be", "would be")
            self.stdout.write(
                "Rules can't change once a survey is published: this is for sensitivity, and for the next."
            )

    def _show(self, found: Excluded, one: str, several: str) -> None:
        if not found.finished:
            self.stdout.write("Nobody has finished yet: there is nothing to exclude.")
            return
        be = one if found.excluded == 1 else several
        self.stdout.write(
            f"{found.excluded} of {found.finished} who finished {be} excluded ({_percent(found.share)}), "
            f"with {found.lost} of {found.answers} answers."
        )
        if not found.effects:
            self.stdout.write("No rule is on.")
            return
        rows = [
            (row.rule, quality_words.limit(row.rule, found.rules), row.hit, row.alone, row.answers)
            for row in found.effects
        ]
        self._table(("rule", "limit", "hit", "only this rule", "answers"), rows, left=2)
        lost = [(row.title, row.answers, row.lost, _percent(row.share)) for row in found.methods]
        self._table(("method", "answers", "excluded", "share"), lost, left=1)

    def _table(self, head: Sequence[str], rows: Iterable[Sequence[Any]], left: int) -> None:
        """Write rows under their heads; the first columns are text, the others numbers."""
        texts = [list(head), *([str(cell) for cell in row] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        for row in texts:
            cells = (
                cell.ljust(width) if n < left else cell.rjust(width)
                for n, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            self.stdout.write("  " + "  ".join(cells).rstrip())


def _rules(path: Path) -> dict[str, Any]:
    """Read rules: the table [rules] of a file; the file's own keys where it has no such table and is no study file."""
    content = read_toml(path)
    named = content.get("rules", {} if "study" in content else content)
    try:
        return verdicts.switched_on(RulesDefinition.model_validate(named).model_dump(mode="json"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        msg = f"{path.name}: {where}: {first['msg']}. Rules are {', '.join(NAMES)}."
        raise CommandError(msg) from error


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
