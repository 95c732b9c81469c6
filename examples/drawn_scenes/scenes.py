"""The closed world: fifteen scenes, described completely.

Parts are the caption guide's: ``a`` central things, ``d`` the immediate context (the ground and what stands near),
``e`` the background. Geometry (b), action (c) and time (f) belong to the scene.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Thing:
    """One named thing: its kind, how many, and what is known about it (slot → word)."""

    kind: str
    attributes: tuple[tuple[str, str], ...] = ()
    count: int = 1
    part: str = "a"

    def get(self, slot: str, default: str = "") -> str:
        return dict(self.attributes).get(slot, default)

    def but(self, part: str) -> Thing:
        return replace(self, part=part)


@dataclass(frozen=True)
class Scene:
    """A picture in words; an empty word is one that nobody said."""

    slug: str
    category: str
    things: tuple[Thing, ...]
    arrangement: str = ""
    action: str = ""
    manner: str = ""
    time: str = ""
    weather: str = ""

    def part(self, letter: str) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if thing.part == letter)

    @property
    def names(self) -> tuple[str, ...]:
        """The named things, in order."""
        return tuple(thing.kind for thing in self.things)


CATEGORIES = {
    "object": "single-object",
    "scattered": "scattered-objects",
    "person": "single-person",
    "group": "group-of-people",
    "landscape": "landscape",
}


def _thing(text: str, part: str) -> Thing:
    """Read ``"3 apple colour=red size=small"``."""
    words = text.split()
    count = int(words.pop(0)) if words[0].isdigit() else 1
    pairs = [word.split("=") for word in words[1:]]
    return Thing(
        words[0].replace("_", " "), tuple((slot, value.replace("_", " ")) for slot, value in pairs), count, part
    )


def _scene(slug: str, central: str, geometry: str, action: str, near: str, far: str, when: str) -> Scene:
    things = [_thing(text.strip(), part) for part, group in zip("ade", (central, near, far), strict=True)
              for text in group.split(";")]  # fmt: skip
    verb, manner = action.split("|")
    time, weather = when.split("|")
    return Scene(slug, CATEGORIES[slug.split("_")[0]], tuple(things), geometry, verb, manner, time, weather)


SCENES: tuple[Scene, ...] = (
    _scene(
        "object_1",
        "teapot finish=glossy colour=red handle=golden",
        "in the centre", "steaming|gently",
        "table material=wooden; cup size=small colour=white; 2 lemon colour=yellow",
        "window size=bright; hills colour=green",
        "morning|sunny",
    ),
    _scene(
        "object_2",
        "van finish=old colour=turquoise roof=white",
        "in the centre", "parked|quietly",
        "beach material=sandy; surfboard colour=yellow; palm size=tall",
        "sea colour=blue; 3 gull colour=white",
        "sunset|clear",
    ),
    _scene(
        "object_3",
        "balloon size=huge colour=red stripes=yellow basket=brown",
        "in the centre", "floating|slowly",
        "valley colour=green; river colour=blue; 2 pine colour=dark",
        "mountains material=snowy; clouds colour=pink",
        "sunrise|misty",
    ),
    _scene(
        "scattered_1",
        "3 apple colour=red; 2 pear colour=green; 3 orange",
        "scattered", "lying|loosely",
        "tablecloth pattern=checked colour=blue; 5 strawberry size=small; knife colour=silver",
        "table material=wooden; shadows pattern=leafy",
        "afternoon|sunny",
    ),
    _scene(
        "scattered_2",
        "2 starfish colour=orange; 4 shell colour=white; 6 pebble colour=grey",
        "scattered", "lying|loosely",
        "sand colour=golden; crab size=small colour=red; 2 seaweed colour=green",
        "waves pattern=foaming",
        "noon|sunny",
    ),
    _scene(
        "scattered_3",
        "camera finish=old colour=black; 4 pencil colour=yellow; notebook colour=cream",
        "scattered", "lying|neatly",
        "desk colour=teal; coffee size=hot; glasses size=round colour=brown",
        "plant pattern=leafy colour=green; lamplight colour=warm",
        "evening|calm",
    ),
    _scene(
        "person_1",
        "woman hair=dark raincoat=yellow; umbrella colour=red",
        "in the centre", "walking|slowly",
        "street material=wet; dog size=small colour=brown; lamp size=tall",
        "houses size=tall; windows colour=golden",
        "night|rainy",
    ),
    _scene(
        "person_2",
        "man beard=white coat=blue hat=brown",
        "in the centre", "sitting|quietly",
        "park pattern=leafy; bench colour=green; dog colour=black; 3 pigeon colour=grey",
        "trees colour=orange; lake size=calm",
        "afternoon|misty",
    ),
    _scene(
        "person_3",
        "girl hair=red dress=white hat=straw; kite colour=pink",
        "on the left", "running|happily",
        "meadow pattern=flowery; basket colour=brown; 2 butterfly colour=blue",
        "hills colour=green; windmill colour=white; clouds colour=white",
        "noon|windy",
    ),
    _scene(
        "group_1",
        "woman dress=red; man shirt=blue; girl sweater=yellow",
        "side by side", "picnicking|happily",
        "meadow colour=green; blanket pattern=checked colour=red; basket colour=brown",
        "lake size=calm; trees size=tall colour=green; hills colour=blue",
        "afternoon|sunny",
    ),
    _scene(
        "group_2",
        "girl jacket=red; boy jacket=blue; man coat=green",
        "side by side", "playing|happily",
        "snow material=deep; snowman scarf=orange; sled material=wooden",
        "pines material=snowy; cottage colour=red",
        "dusk|snowy",
    ),
    _scene(
        "group_3",
        "woman jacket=red; man sweater=green; boy sweater=orange",
        "in a circle", "singing|quietly",
        "clearing material=grassy; campfire size=bright; tent colour=orange; guitar colour=brown",
        "pines colour=dark; mountains colour=blue",
        "night|starry",
    ),
    _scene(
        "landscape_1",
        "mountains material=snowy; lake colour=turquoise",
        "mirrored", "glowing|softly",
        "shore material=rocky; boat size=small colour=red; 3 pine colour=dark",
        "pines colour=green; clouds colour=pink",
        "sunrise|clear",
    ),
    _scene(
        "landscape_2",
        "lavender colour=purple; farmhouse roof=red",
        "in long rows", "blooming|brightly",
        "path material=dusty; tree size=big colour=green",
        "hills colour=blue; clouds colour=golden",
        "sunset|clear",
    ),
    _scene(
        "landscape_3",
        "lighthouse size=tall colour=white stripes=red; cliff material=rocky",
        "on the right", "shining|brightly",
        "sea size=stormy; boat size=small colour=white; 3 gull colour=white",
        "clouds colour=dark; hills colour=grey",
        "dusk|stormy",
    ),
)  # fmt: skip

BY_SLUG = {scene.slug: scene for scene in SCENES}
