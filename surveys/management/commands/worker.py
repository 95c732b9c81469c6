from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandParser

from surveys.management.commands._base import Command as OurCommand
from surveys.management.supervisor import Supervisor


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    msg = f"{text} is no number of processes: write 1, 2 …"
    raise argparse.ArgumentTypeError(msg)


class Command(OurCommand):
    help = (
        "Work on jobs in the background until told to end: processes that died are started anew, their jobs requeued."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=_positive, default=1, metavar="N", help="jobs at a time (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        Supervisor(options["processes"]).run()
