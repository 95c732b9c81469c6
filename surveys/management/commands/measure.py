from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.progress import Progress

from surveys.management.commands._base import StudyCommand
from surveys.models import Measure, Study
from surveys.services.measures import measure


class Command(StudyCommand):
    help = "Say how near each stimulus is to its original; what was measured once is not measured again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--clip", default="", help="a CLIP model: a folder, or a name on the Hugging Face hub")
        parser.add_argument("--revision", default="", help="a commit of that model on the hub")

    def handle(self, *args: Any, **options: Any) -> None:
        study = self.study(options)
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task("similarity")
            for step in measure(study=study, clip=options["clip"], revision=options["revision"]):
                progress.update(bar, completed=step.done, total=step.total)
                if step.message:
                    progress.console.print(f"{step.label}: {step.message}", markup=False)
        self._report(study)

    def _report(self, study: Study) -> None:
        rows = Measure.objects.filter(stimulus__original__study=study, stimulus__current=True)
        cosines = rows.filter(cosine_raw__isnull=False).count()
        pixels = rows.filter(psnr__isnull=False).count()
        self.stdout.write(f"{rows.count()} rows: {cosines} with a cosine, {pixels} compared by pixels.")
