"""``python -m compression``: build a study's stimuli, or verify what was built."""

import argparse
import sys
from collections.abc import Sequence

from compression.build import BuildError
from compression.commands import build, journal, measure, models, new, verify
from compression.commands.codes import INTERRUPTED, WRONG
from compression.errors import RemediedError, StudyError
from compression.store import StoreError

COMMANDS = (new, build, journal, measure, models, verify)  # each has add(subparsers) and run(options) -> exit code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code.

    0: done. 1: done, but a stimulus failed or a file is damaged. 2: cannot be done. 130: interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (StudyError, BuildError, StoreError, RemediedError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}: free space or correct the path", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted: the same command goes on where it stopped", file=sys.stderr)
        return INTERRUPTED
    return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m compression", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
