"""Simulated participants judge by what two pictures share, with bias, inconsistency and sometimes without care."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from examples.drawn_scenes.world import World

SATISFACTION, LOW, HIGH = "satisfaction", 1, 10
Care = Literal["attentive", "uniform", "straight", "fast"]
CARELESS = 0.12
CARELESS_KINDS: tuple[tuple[Care, float], ...] = (("uniform", 0.6), ("straight", 0.2), ("fast", 0.2))
BIAS_SD = 0.5
INCONSISTENCY_MEDIAN, INCONSISTENCY_SPREAD = 0.9, 0.35
SURE = 0.25  # how much of leniency and noise is left where two pictures are one, or have nothing in common
RELATED, RELATED_AT, STEADY = 0.30, 0.12, 0.67


def likeness(shared: float, low: int = LOW, high: int = HIGH) -> float:
    """The rating, unrounded, that a typical person gives: a little in common already relates two pictures."""
    return low + (high - low) * (RELATED * (1 - float(np.exp(-shared / RELATED_AT))) + STEADY * shared)


@dataclass(frozen=True)
class SimulatedParticipant:
    """One participant; all they are follows from the seed."""

    seed: int
    world: World

    @property
    def care(self) -> Care:
        """How this one answers: one in eight or so does not really look."""
        rng = self.rng("care")
        if rng.random() >= CARELESS:
            return "attentive"
        which = rng.choice(len(CARELESS_KINDS), p=[weight for _, weight in CARELESS_KINDS])
        return CARELESS_KINDS[int(which)][0]

    @property
    def bias(self) -> float:
        """Leniency in points of a scale from 1 to 10."""
        return float(self.rng("bias").normal(0, BIAS_SD))

    @property
    def inconsistency(self) -> float:
        """Standard deviation of this one's noise in points of a scale from 1 to 10."""
        return float(INCONSISTENCY_MEDIAN * np.exp(self.rng("inconsistency").normal(0, INCONSISTENCY_SPREAD)))

    def rate(
        self, left: str, right: str, question: str = SATISFACTION, low: int = LOW, high: int = HIGH, time: int = 1
    ) -> int:
        """Rate two pictures, known by the sha256 of their bytes; which side they are on makes no difference.

        Who sees them for the second ``time`` is as lenient as before, and judges them anew.
        """
        again = [f"time {time}"] if time > 1 else []
        noise = self.rng("noise", *([] if question == SATISFACTION else [question]), *again, *sorted((left, right)))
        care = self.care
        if care == "uniform":
            return int(noise.integers(low, high + 1))
        if care == "straight":
            return int(self.rng("straight").integers((low + high) // 2, high + 1))
        if care == "fast":
            return int(noise.integers(high - (high - low) // 4, high + 1))
        points = (high - low) / (HIGH - LOW)
        value = likeness(self.world.shared(left, right, question), low, high)
        doubt = SURE if left == right or not self.world.shared(left, right) else 1.0
        value += points * doubt * (self.bias + self.inconsistency * noise.normal())
        return int(np.clip(np.floor(value + 0.5), low, high))

    def seconds(self, *pictures: str) -> float:
        """How long this one looks at a pair, or at one picture."""
        typical = 6.5 if self.care == "attentive" else 1.6
        return round(float(typical * np.exp(self.rng("seconds", *sorted(pictures)).normal(0, 0.4))), 1)

    def rng(self, *about: str) -> np.random.Generator:
        """The chances of one thing in this one's life, the same each time."""
        digest = hashlib.sha256("\n".join((str(self.seed), *about)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8]))
