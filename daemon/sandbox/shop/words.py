"""The words that the sample shop's products, categories and reviews are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product.

    nouns: in English, German and French.
    leaf: codes of its department, family and shelf: the way to its category.
    price, weight: ranges, in the base currency and in kg; a weight of 0 means none.
    axes: the attributes by which its variants differ.
    set_name: its attribute set.
    """

    code: str
    nouns: tuple[str, str, str]
    leaf: tuple[str, str, str]
    price: tuple[int, int]
    weight: tuple[float, float]
    axes: tuple[str, ...]
    set_name: str


_KINDS = """
TENT|Tent|Zelt|Tente|camp/shelter/tents|149-749|1.1-7.8|color|Gear
TARP|Tarp|Tarp|Bâche|camp/shelter/tarps|49-199|0.4-1.9|color|Gear
SBAG|Sleeping Bag|Schlafsack|Duvet|camp/sleeping/sleeping-bags|89-459|0.6-2.4|color,size|Gear
MATT|Sleeping Mat|Isomatte|Matelas|camp/sleeping/mats|39-219|0.3-1.2|color|Gear
STOV|Camp Stove|Campingkocher|Réchaud|camp/kitchen/stoves|35-189|0.1-1.6|capacity|Gear
COOK|Cook Set|Kochset|Popote|camp/kitchen/cook-sets|29-139|0.3-1.4|capacity|Gear
BPAK|Backpack|Rucksack|Sac à dos|trail/packs/backpacks|79-339|0.7-2.6|color,capacity|Gear
DAYP|Daypack|Tagesrucksack|Petit sac|trail/packs/daypacks|39-129|0.3-0.9|color|Gear
BOTL|Bottle|Trinkflasche|Gourde|trail/hydration/bottles|14-45|0.1-0.4|color,capacity|Gear
LAMP|Headlamp|Stirnlampe|Lampe frontale|trail/lights/headlamps|24-119|0.06-0.2|color|Gear
POLE|Trekking Poles|Trekkingstöcke|Bâtons|trail/walking/poles|49-179|0.3-0.6|color|Gear
BOOT|Hiking Boots|Wanderstiefel|Chaussures|trail/walking/boots|119-299|0.9-1.6|color,size|Apparel
JCKT|Rain Jacket|Regenjacke|Veste de pluie|wear/outer/jackets|99-449|0.2-0.7|color,size|Apparel
FLEE|Fleece|Fleecejacke|Polaire|wear/mid/fleece|59-169|0.3-0.6|color,size|Apparel
TROU|Trail Trousers|Trekkinghose|Pantalon|wear/bottoms/trousers|69-179|0.3-0.5|color,size|Apparel
BASE|Base Layer|Funktionsshirt|Sous-couche|wear/base/base-layers|39-109|0.1-0.3|color,size|Apparel
HATS|Beanie|Mütze|Bonnet|wear/extras/hats|19-49|0.05-0.1|color|Apparel
BLAN|Wool Blanket|Wolldecke|Plaid|home/textiles/blankets|59-249|0.8-2.2|pattern|Home
CUSH|Cushion|Kissen|Coussin|home/textiles/cushions|24-79|0.3-0.8|color,pattern|Home
CHAR|Lounge Chair|Sessel|Fauteuil|home/furniture/chairs|149-899|4.5-18|pattern|Home
TABL|Side Table|Beistelltisch|Guéridon|home/furniture/tables|89-399|3.2-14|pattern|Home
LANT|Lantern|Laterne|Lanterne|home/light/lanterns|29-149|0.4-2.1|color|Home
MUGS|Enamel Mug|Emailletasse|Gobelet|home/table/mugs|9-29|0.1-0.3|color|Home
VASE|Stoneware Vase|Steinzeugvase|Vase en grès|home/table/vases|25-119|0.5-2.8|pattern|Home
SERV|Repair Service|Reparaturservice|Service de réparation|more/services/repairs|19-149|0-0||Default
MAPS|Route Map Pack|Kartenpaket|Pack de cartes|more/digital/maps|5-29|0-0||Digital
"""


def _kind(line: str) -> Kind:
    code, english, german, french, leaf, price, weight, axes, set_name = line.split("|")
    department, family, shelf = leaf.split("/")
    low, high = map(int, price.split("-"))
    light, heavy = map(float, weight.split("-"))
    return Kind(
        code,
        (english, german, french),
        (department, family, shelf),
        (low, high),
        (light, heavy),
        tuple(axes.split(",")) if axes else (),
        set_name,
    )


KINDS = tuple(map(_kind, _KINDS.strip().splitlines()))
GOODS = tuple(kind for kind in KINDS if kind.weight[1])
SERVICE, DIGITAL = KINDS[-2:]

LANGUAGES = ("en", "de", "fr")
_SERIES = """
Alder Arran Birkdale Bracken Brenna Caldbeck Cairn Corrie Dovrefjell Dunmore Eider Elva
Fell Fjordline Gannet Glenmore Halvard Harrow Heron Hollin Isbre Juniper Kestrel Kinder
Larch Lindis Lofoten Lyngen Marten Moraine Myrdal Nevis Nordmarka Osprey Otter Pallas
Ptarmigan Quill Rannoch Rondane Rowan Sarek Senja Skadi Skua Solvei Stavern Storsylen
Tarn Torridon Tundra Ullswater Vaara Varg Wasdale Wren Yarrow
"""
_MODIFIERS = """
Classic Light Trail Summit Weekend Expedition Everyday Compact Alpine Coastal Forest Pro
Ultralight Heritage Winter Summer Traverse Basecamp Nomad Scout
"""
SERIES = tuple(_SERIES.split())
MODIFIERS = tuple(_MODIFIERS.split())
BRANDS = ("Alder & Pine", "Norrland Works", "Kestrel Supply", "Tarn & Fell", "Old Mill Goods")
FEATURES = (
    "Recycled polyamide with a PFC-free water repellent",
    "Seams taped by hand in our own workshop",
    "Packs down to the size of a loaf of bread",
    "Repairable: every wearing part is sold separately",
    "Oiled beech and solid brass fittings",
    "Tested for two winters by mountain rescue teams",
    "Machine washable at 30 °C",
    "Merino wool from farms that we know by name",
    "Reflective details for dark evenings",
    "Folds flat and stows in its own bag",
)
SENTENCES = (
    "Made for days that begin before the sun and end after it.",
    "It is the piece that you reach for without thinking, season after season.",
    "Nothing rattles, nothing flaps, nothing needs a manual.",
    "We drew it, used it, drew it again, and stopped when there was nothing left to take away.",
    "At home by the fire as much as on a windy pass.",
    "A quiet companion that gets better with every scratch.",
)
GERMAN = (
    "Gemacht für Tage, die vor der Sonne beginnen und nach ihr enden.",
    "Leicht, leise und für viele Jahre gedacht.",
    "Zu Hause am Kamin ebenso wie auf dem windigen Pass.",
)
REVIEW_TITLES = (
    "Exactly right",
    "Good, with a catch",
    "Does the job",
    "Would buy again",
    "Not mine",
)
REVIEWS = (
    "Used it for a week in steady rain and had nothing to complain about.",
    "Well made. The colour is a shade darker than in the picture.",
    "The size runs small, so take one up. Otherwise a pleasure.",
    "My third one from this shop, and the best so far.",
    "Came with a loose thread; they sent a new one within two days.",
)
FIRST_NAMES = ("Anna", "Björn", "Claire", "David", "Elif", "Frida", "Georg", "Hana", "Ivo", "Jonas")
LAST_NAMES = ("Berg", "Dubois", "Eriksen", "Fischer", "Greene", "Hansen", "Ivanova", "Jones", "Öz")
CITIES = (
    ("1 Mill Lane", "Portland", "97201", "US", "Oregon"),
    ("Hafenstraße 12\nHinterhaus", "Hamburg", "20457", "DE", "Hamburg"),
    ("8 rue des Tilleuls", "Lyon", "69003", "FR", ""),
    ("221 Pine Street\nUnit 4", "Seattle", "98101", "US", "Washington"),
)
ODD_SKUS = (
    "00123",
    "7/8 Rope 30 m",
    'PEG-9" steel',
    "Fjäll-Ω 2",
    "O'Hara's Knot",
    "mixed-Case-Sku",
)


def slug(text: str) -> str:
    """Text as it stands in an address: lower case, words joined by hyphens."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
    return "-".join(part for part in plain.split("-") if part)
