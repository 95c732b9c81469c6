"""What people call the things of this world when nobody tells them how: a word for one, and for several."""

from __future__ import annotations

from examples.drawn_scenes.vocabulary import NOUNS

Word = tuple[str, str]
_CHILD, _TREE, _BIRD, _FLOWER = ("child", "children"), ("tree", "trees"), ("bird", "birds"), ("flower", "flowers")
_MUG, _PERSON, _HOUSE = ("mug", "mugs"), ("person", "people"), ("house", "houses")

SYNONYMS: dict[str, tuple[Word, ...]] = {
    "teapot": (("kettle", "kettles"), ("tea pot", "tea pots")),
    "cup": (_MUG,),
    "van": (("van", "vans"), ("camper", "campers"), ("minibus", "minibuses")),
    "beach": (("sand", "sand"), ("seaside", "seaside")),
    "palm": (("palm", "palms"), _TREE),
    "sea": (("ocean", "ocean"), ("water", "water")),
    "gull": (("seagull", "seagulls"), _BIRD),
    "balloon": (("balloon", "balloons"), ("hot air balloon", "hot air balloons")),
    "pine": (_TREE, ("pine tree", "pine trees")),
    "pines": (("trees", "trees"), ("forest", "forests")),
    "mountains": (("mountain", "mountains"), ("peaks", "peaks")),
    "hills": (("hill", "hills"), ("mountains", "mountains")),
    "tablecloth": (("cloth", "cloths"), ("table cloth", "table cloths")),
    "starfish": (("sea star", "sea stars"), ("star fish", "star fish")),
    "shell": (("seashell", "seashells"),),
    "pebble": (("stone", "stones"), ("rock", "rocks")),
    "seaweed": (("seaweed", "seaweed"),),
    "coffee": (("coffee cup", "coffee cups"), _MUG),
    "glasses": (("spectacles", "spectacles"),),
    "notebook": (("book", "books"), ("journal", "journals")),
    "plant": (("house plant", "house plants"),),
    "woman": (("lady", "ladies"), _PERSON),
    "man": (("guy", "guys"), _PERSON),
    "girl": (_CHILD, ("kid", "kids")),
    "boy": (_CHILD, ("kid", "kids")),
    "street": (("road", "roads"),),
    "lamp": (("lamp post", "lamp posts"), ("street light", "street lights")),
    "houses": (("buildings", "buildings"), ("house", "houses")),
    "bench": (("park bench", "park benches"),),
    "pigeon": (_BIRD,),
    "meadow": (("grass", "grass"), ("field", "fields")),
    "butterfly": (("butterflies", "butterflies"),),
    "snowman": (("snow man", "snow men"),),
    "sled": (("sledge", "sledges"),),
    "cottage": (_HOUSE, ("cabin", "cabins")),
    "campfire": (("fire", "fires"),),
    "boat": (("ship", "ships"),),
    "lavender": (_FLOWER, ("lavender field", "lavender fields")),
    "farmhouse": (_HOUSE, ("farm", "farms")),
    "cliff": (("rock", "rocks"), ("cliffs", "cliffs")),
    "lake": (("water", "water"),),
    "valley": (("field", "fields"),),
}


def words_for(kind: str) -> tuple[Word, ...]:
    """All that a thing may be called, its own name first."""
    one, many = NOUNS[kind]
    return ((one, many or one), *SYNONYMS.get(kind, ()))
