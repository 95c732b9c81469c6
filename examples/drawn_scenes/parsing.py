"""Reading a caption: a scene that holds what the words say, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from examples.drawn_scenes.scenes import Scene, Thing
from examples.drawn_scenes.vocabulary import (
    ACTIONS,
    ADJECTIVES,
    ARRANGEMENTS,
    GROUNDS,
    MANNERS,
    NOUNS,
    NUMBERS,
    PARTS,
    TIMES,
    WEATHERS,
)  # fmt: skip

BREAKS = (",", ".", ";", "and", "with", "in", "on", "at", "under", "over", "above", "along", "beside", "near")
NEAR = ("beside", "near", "next to")
FAR = ("in front of", "behind", "in the background", "far away")
SYNONYMS = {"in the center": "in the centre", "in the middle": "in the centre", "gray": "grey", "center": "centre"}
_KINDS = {phrase: (kind, n) for kind, (one, many) in NOUNS.items() for n, phrase in enumerate((one, many)) if phrase}
_KINDS["pines"] = ("pine", 1)
_KINDS["trees"] = ("trees", 0)
_PHRASES = sorted({*_KINDS, *ARRANGEMENTS, *NEAR, *FAR, *SYNONYMS}, key=len, reverse=True)
_WORDS = re.compile("|".join(rf"\b{re.escape(p)}\b" for p in _PHRASES) + r"|[\w'-]+|[,.;]")


def parse(caption: str) -> Scene:
    """Read a caption; unknown words are passed over."""
    reader = _Reader()
    for word in _WORDS.findall(caption.lower()):
        reader.take(SYNONYMS.get(word, word))
    return reader.finish()


@dataclass
class _Reader:
    things: list[Thing] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    count: int = 1
    part: str = "a"

    def take(self, word: str) -> None:
        if word in ADJECTIVES or word in WEATHERS:
            self.pending.append(word)
        elif word in NUMBERS:
            self.count = NUMBERS[word]
        elif self._is_part(word):
            self._add_part(word)
        elif word in _KINDS:
            self._add_thing(*_KINDS[word])
        else:
            self._other(word)

    def _other(self, word: str) -> None:
        for slot, known in (("arrangement", ARRANGEMENTS), ("action", ACTIONS), ("manner", MANNERS), ("time", TIMES)):
            if word in known:
                self.said.setdefault(slot, word)
                if slot == "time":
                    self._weather()
                    self.pending.clear()
        if word in {*BREAKS, *NEAR, *FAR}:
            self._pause()
            self.pending = self.pending if word == "," else []
        if word in (*NEAR, *FAR):
            self.part = "d" if word in NEAR else "e"

    def _is_part(self, word: str) -> bool:
        return (
            word in PARTS
            and bool(self.things)
            and self.things[-1].kind in PARTS[word]
            and not self.things[-1].get(word)
        )

    def _add_part(self, name: str) -> None:
        last = self.things[-1]
        word = self.pending[-1] if self.pending else ""
        if word:
            self.things[-1] = Thing(last.kind, (*last.attributes, (name, word)), last.count, last.part)
        self.pending.clear()

    def _add_thing(self, kind: str, many: int) -> None:
        if kind in GROUNDS and self.part == "a" and self.things:
            self.part = "d"
        count = self.count if self.count > 1 else 1 + many * (kind not in ("pines",))
        if kind not in [thing.kind for thing in self.things]:
            attributes = {ADJECTIVES[word]: word for word in self.pending if word in ADJECTIVES}
            self.things.append(Thing(kind, tuple(attributes.items()), count, self.part))
        self.pending.clear()
        self.count = 1

    def _weather(self) -> None:
        for word in self.pending:
            if word in WEATHERS:
                self.said.setdefault("weather", word)

    def _pause(self) -> None:
        """A word that ends a phrase: an orange that nothing followed was the fruit."""
        if "orange" in self.pending:
            self.pending.remove("orange")
            self._add_thing("orange", 0)

    def finish(self) -> Scene:
        self._pause()
        self._weather()
        return Scene("", "", tuple(self.things), **self.said)
