"""On which side the original stands: two sides shared out evenly over places and over stimuli at the same time."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from random import Random
from typing import Literal

Side = Literal["left", "right"]
Vertex = tuple[str, Hashable]
_JOINT: Vertex = ("joint", None)


def balanced_sides(showings: Sequence[tuple[Hashable, Hashable]], rng: Random) -> list[Side]:
    """Give each showing of a stimulus at a place a side, so that sides differ by at most one everywhere.

    Places and stimuli are the vertices of a graph and showings its edges. Vertices of odd degree are joined to one
    more vertex, so that all degrees are even and the edges fall into closed trails. Walked along, a trail leaves each
    vertex as often as it enters it; left is an edge walked from place to stimulus. Each trail's direction is random.

    Parameters
    ----------
    showings : sequence of (place, stimulus)
        One pair for each item to be shown.
    rng : random.Random
        Source of the trails' order and directions.

    Returns
    -------
    list of {"left", "right"}
        The original's side for each showing: at every place and for every stimulus, lefts and rights differ by 0 or 1.
    """
    edges: list[tuple[Vertex, Vertex]] = [(("place", place), ("stimulus", stimulus)) for place, stimulus in showings]
    degrees = Counter(vertex for edge in edges for vertex in edge)
    edges += [(vertex, _JOINT) for vertex, degree in degrees.items() if degree % 2]
    forward = _walk(edges, rng)
    return ["left" if forward[number] else "right" for number in range(len(showings))]


def _walk(edges: Sequence[tuple[Vertex, Vertex]], rng: Random) -> dict[int, bool]:
    """Return for each edge's number whether its trail walks it from its first vertex to its second."""
    unwalked: defaultdict[Vertex, list[int]] = defaultdict(list)
    for number in rng.sample(range(len(edges)), len(edges)):
        for vertex in edges[number]:
            unwalked[vertex].append(number)
    forward: dict[int, bool] = {}
    for start in list(unwalked):
        while trail := _closed_trail(start, edges, unwalked, forward):
            turned = rng.random() < 0.5
            forward.update((number, along != turned) for number, along in trail.items())
    return forward


def _closed_trail(
    start: Vertex,
    edges: Sequence[tuple[Vertex, Vertex]],
    unwalked: dict[Vertex, list[int]],
    walked: dict[int, bool],
) -> dict[int, bool]:
    """Walk from a vertex over edges not yet walked until there is none left to take, which is back at the start."""
    trail: dict[int, bool] = {}
    vertex = start
    while unwalked[vertex]:
        number = unwalked[vertex].pop()
        if number in walked or number in trail:
            continue
        first, second = edges[number]
        trail[number] = vertex == first
        vertex = second if vertex == first else first
    return trail
