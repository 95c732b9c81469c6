"""What a person sees while a study is built: bars on a terminal, plain lines elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from compression.build import Event

NAMES = {"caption": "Captions", "draw": "Draws", "stimulus": "Stimuli", "rendition": "Renditions"}


class Progress:
    """Shows the events of a build."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bars = Bars(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=self._console)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def show(self, event: Event) -> None:
        """Show one event."""
        if event.kind == "area":
            self._tasks.pop("rendition", None)
            self._print(event.message)
        elif self._console.is_terminal:
            self._advance(event)
        else:
            self._print(self._line(event))
        if event.message and event.kind != "area" and self._console.is_terminal:
            self._print(f"{event.label}: {event.message}")

    def _advance(self, event: Event) -> None:
        if event.kind not in self._tasks:
            self._tasks[event.kind] = self._bars.add_task(NAMES[event.kind], total=event.total)
        self._bars.update(self._tasks[event.kind], completed=event.done)

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    @staticmethod
    def _line(event: Event) -> str:
        state = event.message or ("there already" if event.reused else "made")
        return f"{NAMES[event.kind]} {event.done}/{event.total} {event.label}: {state}"
