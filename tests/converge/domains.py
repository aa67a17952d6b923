"""What a shop's columns hold, where the type of a column doesn't tell it."""

from __future__ import annotations

REFERRED = {
    ("inventory_source_item", "sku"): ("catalog_product_entity", "sku"),
    ("inventory_reservation", "sku"): ("catalog_product_entity", "sku"),
    ("inventory_reservation", "stock_id"): ("inventory_stock", "stock_id"),
    ("url_rewrite", "entity_id"): ("catalog_product_entity", "entity_id"),
    ("url_rewrite", "store_id"): ("store", "store_id"),
    ("review", "entity_pk_value"): ("catalog_product_entity", "entity_id"),
    ("sales_order_item", "product_id"): ("catalog_product_entity", "entity_id"),
    ("sales_order_item", "parent_item_id"): ("sales_order_item", "item_id"),
    ("catalogrule_product_price", "product_id"): ("catalog_product_entity", "entity_id"),
    ("catalogrule_product_price", "website_id"): ("store_website", "website_id"),
    ("catalogrule_product_price", "customer_group_id"): ("customer_group", "customer_group_id"),
    ("cataloginventory_stock_status", "product_id"): ("catalog_product_entity", "entity_id"),
    ("catalog_product_super_attribute", "attribute_id"): ("eav_attribute", "attribute_id"),
    ("catalog_product_relation", "child_id"): ("catalog_product_entity", "entity_id"),
    ("catalog_product_bundle_selection_price", "website_id"): ("store_website", "website_id"),
    ("rating_option_vote", "option_id"): ("rating_option", "option_id"),
    ("rating_option_vote", "review_id"): ("review", "review_id"),
    ("rating_option_vote", "rating_id"): ("rating", "rating_id"),
    ("store", "group_id"): ("store_group", "group_id"),
    ("store_group", "root_category_id"): ("catalog_category_entity", "entity_id"),
    ("store_group", "default_store_id"): ("store", "store_id"),
    ("store_website", "default_group_id"): ("store_group", "group_id"),
    ("catalog_product_entity", "attribute_set_id"): ("eav_attribute_set", "attribute_set_id"),
    ("customer_group", "tax_class_id"): ("tax_class", "class_id"),
}
"""Columns that refer to others without a foreign key; index tables are known by their columns."""

INDEXES = (
    "inventory_stock_",
    "catalog_category_product_index_store",
    "magento_catalogpermissions_index",
)
INDEX_COLUMNS = {
    "sku": ("catalog_product_entity", "sku"),
    "product_id": ("catalog_product_entity", "entity_id"),
    "category_id": ("catalog_category_entity", "entity_id"),
    "store_id": ("store", "store_id"),
    "website_id": ("store_website", "website_id"),
    "customer_group_id": ("customer_group", "customer_group_id"),
}

CHOICES: dict[tuple[str, str], tuple[object, ...]] = {
    ("catalog_product_entity", "type_id"): (
        "simple",
        "virtual",
        "configurable",
        "bundle",
        "grouped",
        "downloadable",
    ),
    ("eav_attribute", "frontend_input"): ("text", "select", "multiselect", "boolean", "price"),
    ("eav_attribute", "backend_type"): ("int", "varchar", "text", "decimal", "datetime"),
    ("eav_attribute", "is_user_defined"): (0, 1),
    ("eav_attribute", "source_model"): (
        None,
        "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean",
        "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Table",
    ),
    ("catalogrule_product_price", "rule_date"): ("2026-11-22", "2026-11-23", "2026-11-24"),
    ("url_rewrite", "entity_type"): ("product", "product", "product", "category", "cms-page"),
    ("url_rewrite", "redirect_type"): (0, 0, 301, 302),
    ("review", "status_id"): (1, 1, 2, 3),
    ("catalog_product_entity_media_gallery", "media_type"): ("image", "external-video"),
    ("cataloginventory_stock_item", "stock_id"): (1,),
    ("cataloginventory_stock_status", "website_id"): (0,),
    ("cataloginventory_stock_status", "stock_id"): (1,),
    ("inventory_stock_sales_channel", "type"): ("website", "website", "other"),
    ("catalog_product_option", "type"): ("field", "drop_down", "radio", "file", "checkbox", "date"),
    ("catalog_product_bundle_option", "type"): ("select", "radio", "checkbox", "multi"),
    ("catalog_product_option_price", "price_type"): ("fixed", "percent"),
    ("catalog_product_option_type_price", "price_type"): ("fixed", "percent"),
    ("sales_order", "state"): ("new", "processing", "complete", "closed", "canceled", "holded"),
    ("data_exporter_uuid", "type"): ("order", "order_item", "shipment", "credit_memo"),
    ("core_config_data", "scope"): ("default", "websites", "stores"),
    ("core_config_data", "scope_id"): (0, 1, 2, 3),
}
"""Columns of few values."""

ATTRIBUTES: dict[str, tuple[object, ...]] = {
    "status": (1, 2),
    "visibility": (1, 2, 3, 4),
    "tax_class_id": (0, 2, 4),
    "price_type": (0, 1),
    "is_active": (0, 1, 1),
    "include_in_menu": (0, 1),
    "is_anchor": (0, 1),
    "display_mode": ("PRODUCTS", "PAGE", "PRODUCTS_AND_PAGE"),
}
"""Values of attributes that have few."""

SETTINGS: dict[str, tuple[object, ...]] = {
    "base_url": ("https://a.example/", "https://b.example/"),
    "base_link_url": ("https://a.example/", "{{unsecure_base_url}}"),
    "base_media_url": ("https://media.example/", "{{unsecure_base_url}}media/"),
    "use_rewrites": ("0", "1"),
    "use_store": ("0", "1"),
    "timezone": ("Pacific/Kiritimati", "Europe/Berlin", "America/Chicago", "UTC"),
    "weight_unit": ("kgs", "lbs"),
    "base": ("EUR", "USD", "CHF"),
    "default_sort_by": ("price", "name", "position"),
    "product_url_suffix": (".html", "", None),
}
"""Values by the last part of a configuration path; others are small numbers."""

UNREAD_PATHS = ("design/head/demonotice", "web/cookie/cookie_path", "sales/totals_sort/tax")

SYSTEM = {
    "eav_attribute": "is_user_defined = 0",
    "catalog_eav_attribute": "attribute_id IN (SELECT attribute_id FROM {p}eav_attribute"
    " WHERE is_user_defined = 0)",
    "eav_entity_type": "TRUE",
    "store_website": "website_id IN (0, 1)",
    "store_group": "group_id IN (0, 1)",
    "store": "store_id IN (0, 1)",
    "catalog_category_entity": "entity_id = 1",
    "sequence_catalog_category": "sequence_value = 1",
    "customer_group": "customer_group_id = 0",
    "review_entity": "TRUE",
    "core_config_data": "scope = 'default' AND path LIKE 'web/%secure/base%url'",
}
"""Rows without which there is no shop: they stay, and keep what they are known by. Nobody can
delete the default website, group and store view.
"""

UNTOUCHED = {
    "eav_entity_type": "TRUE",
    "store_website": "website_id = 0",
    "store_group": "group_id = 0",
    "store": "store_id = 0",
}
"""Rows that nobody ever writes to."""

KNOWN_BY = frozenset(
    {"attribute_code", "entity_type_id", "backend_type", "entity_type_code", "is_user_defined"}
    | {"entity_code", "path", "scope", "scope_id"}
)
"""Columns of those rows that never change."""

FIXED = {
    "catalog_product_entity": frozenset({"entity_id", "sku", "created_in", "updated_in"}),
    "catalog_category_entity": frozenset(
        {"entity_id", "path", "level", "parent_id", "created_in", "updated_in"}
    ),
    "eav_attribute": frozenset({"entity_type_id"}),
    "store": frozenset({"website_id", "group_id"}),
    "store_group": frozenset({"website_id"}),
    "sales_shipment_track": frozenset({"order_id", "parent_id"}),
}
"""Columns that say what others say too, so that one alone never changes; some of them are written
by whole moves (`scenes.py`).
"""

WHOLE_ONLY = frozenset(
    {"catalog_product_entity", "catalog_category_entity"}
    | {"sequence_product", "sequence_catalog_category"}
)
"""Tables whose rows come by scenes alone."""

STRUCTURED = frozenset(
    {"product_options", "additional_data", "additional_information", "metadata", "customer_note"}
)
"""Columns with JSON or the like: only what some row has already is written there."""

NEVER_NULL = frozenset({"code", "attribute_code", "sku", "increment_id", "path"})
"""Columns that a shop always fills, whatever their definition allows."""

WORDS = ("Amber", "Birch", "Cobalt", "Dune", "Ember", "Fjörd", "Grün", "Harbour", "ink", "JADE")
