"""What paid calls would need and cost at most: a line per method and model, and the sum."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """The calls that one method still needs of one model, at most.

    Attributes
    ----------
    method
        Its slug; words that several methods share stand with the first of them.
    cost
        None when the price table does not tell.
    withheld
        Why calls will not be made, for originals that may not be sent for example.
    """

    method: str
    step: str
    host: str = ""
    model: str = ""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int | None = 0
    images: int = 0
    cost: Decimal | None = Decimal(0)
    currency: str = ""
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EstimateTable:
    """All lines, and what they come to."""

    lines: tuple[Line, ...] = ()

    @property
    def calls(self) -> int:
        """Calls in all, at most."""
        return sum(line.calls for line in self.lines)

    @property
    def costs(self) -> dict[str, Decimal]:
        """Money in all by currency, as far as it is known."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            if line.cost:
                found[line.currency] = found.get(line.currency, Decimal(0)) + line.cost
        return found

    @property
    def complete(self) -> bool:
        """Whether the cost of every line is known."""
        return all(line.cost is not None for line in self.lines)

    def text(self) -> str:
        """Return the table as lines of text, with what is in the way of a cost."""
        if not self.lines:
            return "No paid calls are left to make"
        rows: list[tuple[str, ...]] = [
            ("method", "step", "model", "calls", "tokens in", "tokens out", "pictures", "cost at most")
        ]
        rows += [_cells(line) for line in self.lines]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*shown, self._total(), *self.remarks()])

    def _total(self) -> str:
        money = " and ".join(f"{amount.normalize():f} {currency}" for currency, amount in self.costs.items())
        known = money or ("nothing" if self.complete else "an unknown sum")
        return f"In all: at most {self.calls} calls, {known}" + ("" if self.complete or not money else " and more")

    def remarks(self) -> Iterator[str]:
        """Yield what is in the way of a cost, or of a call."""
        if unknown := sorted({line.model for line in self.lines if line.cost is None}):
            yield (
                f"What {_listed(unknown)} at most is not known: give each model's prices in the price table, "
                "tokens_per_picture there if pictures are sent, and max_output_tokens there or max_completion_tokens "
                "in the method's parameters; until then only a limit on the number of calls can hold"
            )
        yield from dict.fromkeys(reason for line in self.lines for reason in line.withheld)


def _listed(models: list[str]) -> str:
    return f"{models[0]} costs" if len(models) == 1 else f"{', '.join(models[:-1])} and {models[-1]} cost"


def _cells(line: Line) -> tuple[str, ...]:
    tokens_out = "unlimited" if line.tokens_out is None else str(line.tokens_out)
    cost = "unknown" if line.cost is None else f"{line.cost.normalize():f} {line.currency}".strip()
    return (
        line.method,
        line.step,
        line.model,
        str(line.calls),
        str(line.tokens_in),
        tokens_out,
        str(line.images),
        cost,
    )
