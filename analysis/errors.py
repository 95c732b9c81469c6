"""The one error a reader of tables meets: where it is, what is wrong, what to do."""


class TableError(Exception):
    """A table or its description cannot be used as it stands.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    line : int
        Line in the file, from 1 (the header); a Parquet file's row, from 1; 0 when the whole file is meant.
    column : str
        Name of the column; empty when no single column is meant.
    message : str
        What is wrong and what to do about it.
    """

    def __init__(self, file: str, line: int, column: str, message: str) -> None:
        self.file, self.line, self.column, self.message = file, line, column, message
        super().__init__(f"{self._place()}: {message}")

    def _place(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(f"line {self.line}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)
