"""Every word the world understands."""

from __future__ import annotations

from examples.drawn_scenes.drawing.palette import COLOURS

NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
TIMES = ("morning", "noon", "afternoon", "evening", "sunrise", "sunset", "dusk", "night")
WEATHERS = ("sunny", "clear", "misty", "rainy", "windy", "snowy", "starry", "stormy", "calm")
ARRANGEMENTS = (
    "in the centre", "on the left", "on the right", "side by side", "in a circle", "in long rows", "scattered", "mirrored",
)  # fmt: skip
ACTIONS = (
    "steaming", "parked", "floating", "lying", "walking", "sitting", "running", "picnicking", "playing", "singing",
    "glowing", "blooming", "shining", "standing",
)  # fmt: skip
MANNERS = ("gently", "quietly", "slowly", "loosely", "neatly", "happily", "softly", "brightly")

ADJECTIVES: dict[str, str] = {
    **dict.fromkeys(COLOURS, "colour"),
    **dict.fromkeys(("small", "big", "huge", "tall", "round", "bright", "hot", "calm", "stormy"), "size"),
    **dict.fromkeys(("glossy", "old"), "finish"),
    **dict.fromkeys(("wooden", "sandy", "snowy", "wet", "deep", "grassy", "rocky", "dusty"), "material"),
    **dict.fromkeys(("checked", "leafy", "foaming", "flowery"), "pattern"),
}
SLOTS = ("size", "finish", "material", "pattern", "colour")

_PEOPLE = ("woman", "man", "girl", "boy")
PARTS: dict[str, tuple[str, ...]] = {
    "handle": ("teapot",), "roof": ("van", "farmhouse"), "stripes": ("balloon", "lighthouse"), "basket": ("balloon",),
    "hair": _PEOPLE, "beard": ("man",), "hat": _PEOPLE, "raincoat": _PEOPLE, "coat": _PEOPLE, "jacket": _PEOPLE,
    "dress": _PEOPLE, "shirt": _PEOPLE, "sweater": _PEOPLE, "scarf": (*_PEOPLE, "snowman"),
}  # fmt: skip
WORN = ("raincoat", "coat", "jacket", "dress", "shirt", "sweater", "hat")
UNCOUNTED = ("stripes", "hair")

# Kind: its phrase for one and for several; those without a plural take no article.
NOUNS: dict[str, tuple[str, str]] = {
    "teapot": ("teapot", "teapots"), "table": ("table", "tables"), "cup": ("cup", "cups"), "lemon": ("lemon", "lemons"),
    "window": ("window", ""), "hills": ("hills", ""), "van": ("camper van", "camper vans"), "beach": ("beach", "beaches"),
    "surfboard": ("surfboard", "surfboards"), "palm": ("palm tree", "palm trees"), "sea": ("sea", "seas"),
    "gull": ("gull", "gulls"), "balloon": ("hot-air balloon", "hot-air balloons"), "valley": ("valley", "valleys"),
    "river": ("river", "rivers"), "pine": ("pine", "pines"), "mountains": ("mountains", ""), "clouds": ("clouds", ""),
    "apple": ("apple", "apples"), "pear": ("pear", "pears"), "orange": ("orange", "oranges"),
    "tablecloth": ("tablecloth", "tablecloths"), "strawberry": ("strawberry", "strawberries"), "knife": ("knife", "knives"),
    "shadows": ("shadows", ""), "starfish": ("starfish", "starfish"), "shell": ("shell", "shells"),
    "pebble": ("pebble", "pebbles"), "sand": ("sand", ""), "crab": ("crab", "crabs"),
    "seaweed": ("strand of seaweed", "strands of seaweed"), "waves": ("waves", ""), "camera": ("camera", "cameras"),
    "pencil": ("pencil", "pencils"), "notebook": ("notebook", "notebooks"), "desk": ("desk", "desks"),
    "coffee": ("coffee", "coffees"), "glasses": ("glasses", ""), "plant": ("plant", "plants"), "lamplight": ("lamplight", ""),
    "woman": ("woman", "women"), "man": ("man", "men"), "girl": ("girl", "girls"), "boy": ("boy", "boys"),
    "umbrella": ("umbrella", "umbrellas"), "street": ("street", "streets"), "dog": ("dog", "dogs"),
    "lamp": ("street lamp", "street lamps"), "houses": ("houses", ""), "windows": ("windows", ""), "park": ("park", "parks"),
    "bench": ("bench", "benches"), "pigeon": ("pigeon", "pigeons"), "trees": ("trees", ""), "lake": ("lake", "lakes"),
    "kite": ("kite", "kites"), "meadow": ("meadow", "meadows"), "basket": ("basket", "baskets"),
    "butterfly": ("butterfly", "butterflies"), "windmill": ("windmill", "windmills"), "blanket": ("blanket", "blankets"),
    "snow": ("snow", ""), "snowman": ("snowman", "snowmen"), "sled": ("sled", "sleds"), "pines": ("pine forest", "pine forests"),
    "cottage": ("cottage", "cottages"), "guitar": ("guitar", "guitars"), "clearing": ("clearing", "clearings"),
    "campfire": ("campfire", "campfires"), "tent": ("tent", "tents"), "shore": ("shore", "shores"), "boat": ("boat", "boats"),
    "lavender": ("lavender", ""), "farmhouse": ("farmhouse", "farmhouses"), "path": ("path", "paths"), "tree": ("tree", ""),
    "lighthouse": ("lighthouse", "lighthouses"), "cliff": ("cliff", "cliffs"),
}  # fmt: skip
BARE = (
    "hills",
    "mountains",
    "clouds",
    "shadows",
    "sand",
    "waves",
    "glasses",
    "lamplight",
    "houses",
    "windows",
    "trees",
    "snow",
    "lavender",
)
GROUNDS: dict[str, str] = {
    "table": "on", "beach": "on", "valley": "over", "tablecloth": "on", "sand": "on", "desk": "on", "street": "on",
    "park": "in", "meadow": "in", "snow": "in", "clearing": "in", "shore": "above", "path": "along", "sea": "above",
}  # fmt: skip
HELD = {"umbrella": "under", "kite": "with", "guitar": "with"}

# What an unsaid attribute may turn out to be; what is not listed has no say in the picture.
_ANY = ("red", "blue", "green", "yellow", "white", "purple", "orange", "brown")
_GARMENTS = ("blue", "green", "red", "yellow", "purple", "brown", "white")
_HAIR = ("dark", "brown", "blonde", "red")
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "teapot": {"colour": _ANY, "handle": ("brown", "black", "white", "golden")},
    "cup": {"colour": _ANY}, "lemon": {"colour": ("yellow",)}, "hills": {"colour": ("green", "brown", "grey")},
    "van": {"colour": _ANY, "roof": ("white", "grey", "black", "cream")}, "surfboard": {"colour": _ANY},
    "sea": {"colour": ("blue", "teal", "grey")}, "gull": {"colour": ("white", "grey")},
    "balloon": {"colour": _ANY, "basket": ("brown", "black")}, "valley": {"colour": ("green", "brown", "straw")},
    "pine": {"colour": ("dark", "green")}, "mountains": {"colour": ("grey", "blue")}, "clouds": {"colour": ("white", "grey")},
    "apple": {"colour": ("red", "green", "yellow")}, "pear": {"colour": ("green", "yellow", "brown")},
    "tablecloth": {"colour": _ANY}, "knife": {"colour": ("silver", "grey")}, "starfish": {"colour": ("orange", "red", "purple")},
    "shell": {"colour": ("white", "pink", "brown")}, "pebble": {"colour": ("grey", "brown", "white")},
    "crab": {"colour": ("red", "orange", "brown")}, "seaweed": {"colour": ("green", "brown", "red")},
    "sand": {"colour": ("golden", "white")}, "camera": {"colour": ("black", "brown", "grey")}, "pencil": {"colour": _ANY},
    "notebook": {"colour": ("white", "cream", "grey")}, "desk": {"colour": ("brown", "white", "grey")},
    "coffee": {"colour": ("white", "blue", "red")}, "glasses": {"colour": ("black", "brown", "red")},
    "plant": {"colour": ("green",)}, "umbrella": {"colour": _ANY}, "dog": {"colour": ("brown", "black", "white", "golden")},
    "bench": {"colour": ("brown", "green", "grey")}, "pigeon": {"colour": ("grey", "white", "brown")},
    "trees": {"colour": ("green", "orange")}, "lake": {"colour": ("blue", "turquoise", "grey")}, "kite": {"colour": _ANY},
    "meadow": {"colour": ("green", "straw")}, "basket": {"colour": ("brown", "straw")}, "butterfly": {"colour": _ANY},
    "windmill": {"colour": ("white", "brown", "grey")}, "blanket": {"colour": _ANY, "pattern": ("plain", "checked")},
    "snowman": {"scarf": _ANY}, "pines": {"colour": ("dark", "green")}, "cottage": {"colour": ("brown", "red", "blue")},
    "guitar": {"colour": ("brown", "black", "golden")}, "tent": {"colour": _ANY}, "boat": {"colour": ("red", "blue", "white", "green")},
    "lavender": {"colour": ("purple", "blue")}, "farmhouse": {"roof": ("red", "grey", "brown")}, "tree": {"colour": ("green", "orange")},
    "lighthouse": {"colour": ("white", "red", "grey", "yellow")}, "windows": {"colour": ("golden",)}, "lamplight": {"colour": ("warm",)},
    **{kind: {"hair": _HAIR} for kind in _PEOPLE},
}  # fmt: skip
CLOTHING: dict[str, tuple[str, ...]] = {
    "woman": ("dress", "coat", "sweater", "shirt"), "man": ("shirt", "sweater", "jacket", "coat"),
    "girl": ("dress", "sweater", "jacket"), "boy": ("shirt", "sweater", "jacket"),
}  # fmt: skip
GARMENT_COLOURS = _GARMENTS
