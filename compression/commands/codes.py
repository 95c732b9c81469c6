"""Exit codes of the commands."""

OK, INCOMPLETE, WRONG, INTERRUPTED = 0, 1, 2, 130
