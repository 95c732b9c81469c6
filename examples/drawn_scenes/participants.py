"""Simulated participants judge by what two pictures share, with bias, inconsistency and sometimes without care."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from examples.drawn_scenes.world import World

LOW, HIGH = 1, 10
Care = Literal["attentive", "uniform", "straight", "fast"]
CARELESS = 0.12
CARELESS_KINDS: tuple[tuple[Care, float], ...] = (("uniform", 0.6), ("straight", 0.2), ("fast", 0.2))
BIAS_SD = 0.5
INCONSISTENCY_MEDIAN, INCONSISTENCY_SPREAD = 0.9, 0.35
RELATED, RELATED_AT, STEADY = 0.30, 0.12, 0.67


def satisfaction(shared: float) -> float:
    """The rating, unrounded, that a typical person gives: a little in common already relates two pictures."""
    return LOW + (HIGH - LOW) * (RELATED * (1 - float(np.exp(-shared / RELATED_AT))) + STEADY * shared)


@dataclass(frozen=True)
class SimulatedParticipant:
    """One participant; all they are follows from the seed."""

    seed: int
    world: World

    @property
    def care(self) -> Care:
        """How this one answers: one in eight or so does not really look."""
        rng = self._rng("care")
        if rng.random() >= CARELESS:
            return "attentive"
        which = rng.choice(len(CARELESS_KINDS), p=[weight for _, weight in CARELESS_KINDS])
        return CARELESS_KINDS[int(which)][0]

    @property
    def bias(self) -> float:
        """Leniency in scale points."""
        return float(self._rng("bias").normal(0, BIAS_SD))

    @property
    def inconsistency(self) -> float:
        """Standard deviation of this one's noise in scale points."""
        return float(INCONSISTENCY_MEDIAN * np.exp(self._rng("inconsistency").normal(0, INCONSISTENCY_SPREAD)))

    def rate(self, left: str, right: str) -> int:
        """Rate two pictures, known by the sha256 of their bytes; which side they are on makes no difference."""
        noise = self._rng("noise", *sorted((left, right)))
        care = self.care
        if care == "uniform":
            return int(noise.integers(LOW, HIGH + 1))
        if care == "straight":
            return int(self._rng("straight").integers(5, HIGH + 1))
        if care == "fast":
            return int(noise.integers(8, HIGH + 1))
        value = satisfaction(self.world.shared(left, right)) + self.bias + self.inconsistency * noise.normal()
        return int(np.clip(np.floor(value + 0.5), LOW, HIGH))

    def seconds(self, left: str, right: str) -> float:
        """How long this one looks at a pair."""
        typical = 6.5 if self.care == "attentive" else 1.6
        return round(float(typical * np.exp(self._rng("seconds", *sorted((left, right))).normal(0, 0.4))), 1)

    def _rng(self, *about: str) -> np.random.Generator:
        digest = hashlib.sha256("\n".join((str(self.seed), *about)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8]))
