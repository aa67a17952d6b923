"""How much an edit rebuilds and sends, in a small sample shop."""

from __future__ import annotations

from collections.abc import Mapping

PRODUCTS = 60
"""So many products has the shop."""

Effect = Mapping[str, tuple[int, int]]
"""Feed → entities built anew, and items sent because they differ."""

EFFECTS: Mapping[str, Effect] = {
    "a save that changes nothing but its time": {},
    "a save that writes what is there already": {"products": (1, 0)},
    "a setting that no feed reads": {},
    "the name of an attribute set": {},
    "a name in one store view": {"products": (1, 1)},
    "the name of a bundle's part": {"products": (3, 8)},
    "a price by REPLACE": {"prices": (1, 8)},
    "the price for a group by quantity": {"prices": (2, 4)},
    "rule prices": {"prices": (1, 1)},
    "a variant that is switched on or off": {"products": (2, 4)},
    "another sku of a product that stands alone": {
        "products": (1, 6),
        "prices": (1, 16),
        "variants": (1, 0),
        "inventoryStockStatus": (1, 2),
        "productOverrides": (1, 20),
        "orders": (2, 0),
    },
    "the quantity in the default stock": {"products": (1, 2), "inventoryStockStatus": (1, 1)},
    "a reservation": {"inventoryStockStatus": (1, 1)},
    "stock settings of a product": {"inventoryStockStatus": (1, 2)},
    "the name of a category": {"categories": (1, 1)},
    "the URL key of a category": {"categories": (2, 2), "products": (2, 2)},
    "a category that moves": {"categories": (3, 3), "products": (2, 2)},
    "a product in one more category": {"products": (1, 1)},
    "the label of an option": {"products": (6, 18), "variants": (5, 4)},
    "the label of an option in one store view": {"products": (6, 6), "variants": (5, 4)},
    "the order of options": {"products": (6, 15)},
    "a swatch": {"products": (1, 3)},
    "the label of an attribute": {"productAttributes": (1, 1), "products": (4, 4)},
    "flags of an attribute": {"productAttributes": (1, 3)},
    "the name of a tax class": {"products": (48, 134)},
    "a customer group more": {
        "scopesCustomerGroup": (1, 1),
        "categoryPermissions": (1, 2),
        "productOverrides": (PRODUCTS, 112),
    },
    "a permission more": {"categoryPermissions": (1, 1)},
    "a permission that another category has now": {"categoryPermissions": (2, 2)},
    "what the index says of a product": {"productOverrides": (1, 1)},
    "a product that leaves its categories": {"productOverrides": (1, 10)},
    "the state of an order": {"orders": (1, 1)},
    "the title of a review": {"reviews": (1, 1)},
}
"""Edit, in words → its effect. Feeds of permissions count on Adobe Commerce only."""
