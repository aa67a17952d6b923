"""Rows of attributes and categories."""

from daemon.commerce.shop import FOREVER

CATEGORY_ATTRIBUTES = {
    "name": "varchar",
    "is_active": "int",
    "include_in_menu": "int",
    "is_anchor": "int",
    "display_mode": "varchar",
    "meta_title": "varchar",
    "url_key": "varchar",
    "default_sort_by": "varchar",
    "image": "varchar",
    "description": "text",
    "meta_keywords": "text",
    "meta_description": "text",
    "available_sort_by": "text",
}
CATEGORY_ATTRIBUTE_IDS = {code: 40 + number for number, code in enumerate(CATEGORY_ATTRIBUTES)}


class CatalogRows:
    """Category 1 has row 2 where the shop is staged, and so on."""

    def attribute(self, attribute_id, code, kind=4, catalog=None, **row):
        names = {"attribute_id": attribute_id, "attribute_code": code, "entity_type_id": kind}
        self.add("eav_attribute", **names, **row)
        self.add("catalog_eav_attribute", attribute_id=attribute_id, **(catalog or {}))

    def category(self, path, *, row_id=None, versions=(1, FOREVER), position=1, **values):
        """A category with its default values; the id is the last of the path."""
        *above, own = map(int, path.split("/"))
        staged = {"row_id": row_id or 2 * own, "created_in": versions[0], "updated_in": versions[1]}
        self.add(
            "catalog_category_entity",
            entity_id=own,
            parent_id=above[-1] if above else 0,
            path=path,
            level=len(above),
            position=position,
            created_at="2026-01-02 03:04:05",
            updated_at="2026-02-03 04:05:06",
            **(staged if self.layout.staged else {}),
        )
        self.category_values(row_id or own, _is_row=row_id is not None, **values)

    def category_values(self, category_id, *, store=0, _is_row=False, **values):
        link = category_id if _is_row or not self.layout.staged else 2 * category_id
        for code, value in values.items():
            row = {"attribute_id": CATEGORY_ATTRIBUTE_IDS[code], "store_id": store, "value": value}
            table = f"catalog_category_entity_{CATEGORY_ATTRIBUTES[code]}"
            self.add(table, **row, **{self.layout.link: link})
