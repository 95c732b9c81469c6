from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from surveys.management.commands._base import StudyCommand
from surveys.models import Stimulus, Study
from surveys.services import stimuli


class Command(StudyCommand):
    help = "Make a study's stimuli and the pictures shown of them; what is there already is not made again."

    def handle(self, *args: Any, **options: Any) -> None:
        study = self.study(options)
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        reused = made = 0
        with Progress(*columns, console=console) as progress:
            tasks: dict[str, Any] = {}
            for event in stimuli.generate(study=study):
                if event.kind not in tasks:
                    tasks[event.kind] = progress.add_task(f"{event.kind}", total=event.total)
                progress.update(tasks[event.kind], completed=event.done, total=event.total)
                reused, made = reused + event.reused, made + (not event.reused)
                failed = event.stimulus is not None and event.stimulus.state == "failed"
                if event.message and (failed or event.stimulus is None):
                    progress.console.print(f"{event.label}: {event.message}", markup=False)
        self._report(study, made, reused)

    def _report(self, study: Study, made: int, reused: int) -> None:
        rows = Stimulus.objects.filter(original__study=study, current=True).select_related("original", "method")
        for row in rows.exclude(state=Stimulus.State.READY).order_by("original__position", "method__position"):
            self.stdout.write(f"{row.name}: {row.state} - {row.reason}")
        ready = rows.filter(state=Stimulus.State.READY).count()
        self.stdout.write(f"{ready} of {rows.count()} stimuli ready ({made} steps done, {reused} found done already).")
        if failed := rows.filter(state=Stimulus.State.FAILED).count():
            msg = f"{failed} stimuli failed: mend what is named above and run this again."
            raise CommandError(msg)
