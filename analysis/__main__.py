"""Run the analysis from a terminal: python -m analysis report DIR [--out OUT]."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis import report
from analysis.tables import TableError

WRONG_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("report", help="tables, figures and a page from a folder of tables")
    command.add_argument("folder", type=Path, metavar="DIR", help="holds stimuli.csv, responses.csv, datapackage.json")
    command.add_argument("--out", type=Path, metavar="OUT", help="the report's folder (default: DIR/report)")
    chosen = parser.parse_args(arguments)
    try:
        page = report.write(chosen.folder, chosen.out)
    except (TableError, report.ReportError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}.")
    numbers = json.loads((page.parent / report.NUMBERS).read_text(encoding="utf-8"))
    print(report.table1_text(numbers))
    print(f"Report: {page}")
    return 0


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return WRONG_INPUT


if __name__ == "__main__":
    sys.exit(main())
