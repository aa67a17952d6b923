-- a name in one store view: products
INSERT INTO catalog_product_entity_varchar (attribute_id, store_id, {link}, value)
    VALUES ({name}, 1, {loner.link}, 'Renamed') ON DUPLICATE KEY UPDATE value = VALUES(value);

-- a name in other letters only: products
UPDATE catalog_product_entity_varchar SET value = UPPER(value)
    WHERE attribute_id = {name} AND {link} = {loner.link};

-- the name of a bundle's part: products
UPDATE catalog_product_entity_varchar SET value = CONCAT('New ', value)
    WHERE attribute_id = {name} AND {link} = {part.link};

-- a save that changes nothing but its time:
UPDATE catalog_product_entity SET updated_at = '2026-11-23 12:00:00' WHERE {link} = {loner.link};

-- a save that writes what is there already:
REPLACE INTO catalog_product_entity_varchar (attribute_id, store_id, {link}, value)
    SELECT attribute_id, store_id, {link}, value FROM catalog_product_entity_varchar v
    WHERE v.{link} = {loner.link};

-- a price by REPLACE: prices
REPLACE INTO catalog_product_entity_decimal (attribute_id, store_id, {link}, value)
    VALUES ({price}, 0, {loner.link}, 77.77);

-- special prices by INSERT … ON DUPLICATE KEY UPDATE: prices
INSERT INTO catalog_product_entity_decimal (attribute_id, store_id, {link}, value)
    VALUES ({special_price}, 1, {variant.link}, 3.5), ({special_price}, 0, {loner.link}, 4)
    ON DUPLICATE KEY UPDATE value = VALUES(value);

-- names of all products of a type, by an UPDATE of two tables: products
UPDATE catalog_product_entity_varchar v JOIN catalog_product_entity p USING ({link})
    SET v.value = CONCAT(v.value, ' !'), p.updated_at = NOW()
    WHERE p.type_id = 'simple' AND v.attribute_id = {name} AND v.store_id = 0;

-- descriptions, by a DELETE from two tables: products
DELETE v FROM catalog_product_entity_text v JOIN catalog_product_entity p USING ({link})
    WHERE p.type_id = 'simple' AND v.attribute_id = {description};

-- a value that becomes NULL: products
UPDATE catalog_product_entity_varchar SET value = NULL
    WHERE attribute_id = {url_key} AND {link} = {loner.link};

-- a value that moves to another store view: products
INSERT INTO catalog_product_entity_varchar (attribute_id, store_id, {link}, value)
    VALUES ({tagline}, 1, {loner.link}, 'A line');
UPDATE catalog_product_entity_varchar SET store_id = 0
    WHERE attribute_id = {tagline} AND store_id = 1 AND {link} = {loner.link};

-- a value that moves to another product: products
DELETE FROM catalog_product_entity_varchar
    WHERE attribute_id = {name} AND store_id = 0 AND {link} = {grouped.link};
UPDATE catalog_product_entity_varchar SET {link} = {grouped.link}
    WHERE attribute_id = {name} AND store_id = 0 AND {link} = {loner.link};

-- a variant that is switched on or off: products
UPDATE catalog_product_entity_int SET value = 3 - value
    WHERE attribute_id = {status} AND {link} = {variant.link};

-- a variant that will be switched on or off [staged]:
INSERT INTO catalog_product_entity (entity_id, created_in, updated_in, attribute_set_id, type_id, sku)
    SELECT entity_id, 2147483000, 2147483647, attribute_set_id, type_id, sku
    FROM catalog_product_entity WHERE row_id = {variant.link};
SET @version = LAST_INSERT_ID();
INSERT INTO catalog_product_entity_int (attribute_id, store_id, row_id, value)
    SELECT attribute_id, store_id, @version, IF(attribute_id = {status}, 3 - value, value)
    FROM catalog_product_entity_int WHERE row_id = {variant.link};
INSERT INTO catalog_product_entity_varchar (attribute_id, store_id, row_id, value)
    SELECT attribute_id, store_id, @version, value
    FROM catalog_product_entity_varchar WHERE row_id = {variant.link};

-- that it is now, by a write [staged]: products prices
UPDATE catalog_product_entity SET updated_in = created_in WHERE row_id = {variant.link};
UPDATE catalog_product_entity SET created_in = 1
    WHERE entity_id = {variant.id} AND created_in = 2147483000;

-- that it is no more, by a write [staged]: products prices
UPDATE catalog_product_entity SET created_in = 2147483000
    WHERE entity_id = {variant.id} AND created_in = 1 AND updated_in = 2147483647;
UPDATE catalog_product_entity SET updated_in = 2147483000
    WHERE entity_id = {variant.id} AND updated_in = created_in;

-- the colour of a variant: products variants
UPDATE catalog_product_entity_int SET value = {blue}
    WHERE attribute_id = {color} AND {link} = {variant.link};

-- the price type of a bundle: products prices
UPDATE catalog_product_entity_int SET value = 1 - value
    WHERE attribute_id = {price_type} AND {link} = {bundle.link};

-- the tax class of a product: products
UPDATE catalog_product_entity_int SET value = IF(value = 2, 4, 2)
    WHERE attribute_id = {tax_class_id} AND {link} = {loner.link};

-- the weight of a product: products
UPDATE catalog_product_entity_decimal SET value = value + 1
    WHERE attribute_id = {weight} AND {link} = {loner.link};

-- a date of a product: products
INSERT INTO catalog_product_entity_datetime (attribute_id, store_id, {link}, value)
    VALUES ({release_date}, 0, {loner.link}, '2027-01-01') ON DUPLICATE KEY UPDATE value = VALUES(value);

-- a product of another type: products
UPDATE catalog_product_entity SET type_id = 'virtual' WHERE {link} = {related.link};

-- a composite product of another type: products prices
UPDATE catalog_product_entity SET type_id = 'simple' WHERE {link} = {grouped.link};

-- a composite product of its type again: products prices
UPDATE catalog_product_entity SET type_id = 'grouped'
    WHERE {link} IN (SELECT product_id FROM catalog_product_link WHERE link_type_id = 3);

-- a time of creation: products
UPDATE catalog_product_entity SET created_at = '2020-02-02 02:02:02'
    WHERE {link} = {loner.link};

-- all products in one more website, by INSERT … SELECT: products prices productOverrides
INSERT IGNORE INTO catalog_product_website (product_id, website_id)
    SELECT DISTINCT entity_id, 2 FROM catalog_product_entity;

-- a configurable product that leaves a website: products prices productOverrides
DELETE FROM catalog_product_website WHERE product_id = {configurable.id} AND website_id = 2;

-- a related product that leaves a website: products prices productOverrides
DELETE FROM catalog_product_website WHERE product_id = {related.id} AND website_id = 1;

-- another sku of a product that stands alone: products prices inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'loner' WHERE {link} = {loner.link};

-- another sku of a variant: products prices variants inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'variant' WHERE {link} = {variant.link};

-- another sku of a configurable product: products prices variants inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'configurable' WHERE {link} = {configurable.link};

-- another sku of a bundle: products prices inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'bundle' WHERE {link} = {bundle.link};

-- another sku of a bundle's part: products prices inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'part' WHERE {link} = {part.link};

-- another sku of a grouped product: products prices inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'grouped' WHERE {link} = {grouped.link};

-- another sku of a grouped product's member: products prices productOverrides
UPDATE catalog_product_entity SET sku = 'member' WHERE {link} = {member.link};

-- another sku of a related product: products prices productOverrides
UPDATE catalog_product_entity SET sku = 'related' WHERE {link} = {related.link};

-- a sku in other letters only: products prices inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = LOWER(sku) WHERE {link} = {loner.link};

-- two products that swap their skus: products prices variants inventoryStockStatus productOverrides
UPDATE catalog_product_entity SET sku = 'aside' WHERE {link} = {loner.link};
UPDATE catalog_product_entity SET sku = '{loner.sku}' WHERE {link} = {variant.link};
UPDATE catalog_product_entity SET sku = '{variant.sku}' WHERE {link} = {loner.link};

-- a related product less: products
DELETE FROM catalog_product_link WHERE linked_product_id = {related.id} AND link_type_id = 1;

-- another sku of a product that was ordered: products prices variants inventoryStockStatus orders productOverrides
UPDATE catalog_product_entity SET sku = 'ordered' WHERE {link} = {ordered.link};

-- a related product more: products
INSERT INTO catalog_product_link (product_id, linked_product_id, link_type_id)
    VALUES ({loner.link}, {configurable.id}, 1);

-- the places of links: products
UPDATE catalog_product_link_attribute_int SET value = value + 3;

-- the quantities of a group's members: products
UPDATE catalog_product_link_attribute_decimal SET value = value + 3;

-- a variant that leaves its configurable product: products prices variants
DELETE FROM catalog_product_super_link WHERE product_id = {variant.id};
DELETE FROM catalog_product_relation WHERE child_id = {variant.id};

-- a configurable product that varies by one attribute less: products variants
DELETE FROM catalog_product_super_attribute WHERE product_id = {configurable.link}
    AND attribute_id = {color};

-- the order of what configurable products vary by: products
UPDATE catalog_product_super_attribute SET position = 9 - position;

-- a variant that moves to another configurable product: products prices variants
UPDATE catalog_product_super_link SET parent_id = {simplest.link} WHERE product_id = {variant.id}
    AND parent_id IN (SELECT p.{link} FROM catalog_product_entity p WHERE {in_force});
UPDATE catalog_product_relation SET parent_id = {simplest.link} WHERE child_id = {variant.id}
    AND parent_id IN (SELECT p.{link} FROM catalog_product_entity p WHERE {in_force});

-- a link that leads elsewhere: products
UPDATE catalog_product_link SET linked_product_id = {bundle.id}
    WHERE linked_product_id = {related.id} LIMIT 1;

-- links that another product has now: products
UPDATE IGNORE catalog_product_link SET product_id = {configurable.link} WHERE link_type_id = 4;

-- a kind of links that takes all of them along: products
DELETE FROM catalog_product_link_type WHERE link_type_id = 5;

-- the title of a bundle's option: products
UPDATE catalog_product_bundle_option_value SET title = 'Pick one';

-- a bundle's option of another kind: products
UPDATE catalog_product_bundle_option SET type = 'multi', required = 1 - required;

-- a quantity in a bundle: products
UPDATE catalog_product_bundle_selection SET selection_qty = selection_qty + 1
    WHERE product_id = {part.id};

-- a price in a bundle on one website: products
REPLACE INTO catalog_product_bundle_selection_price
    (selection_id, website_id, selection_price_type, selection_price_value, parent_product_id)
    SELECT selection_id, 1, 0, 5.5, parent_product_id FROM catalog_product_bundle_selection;

-- another part in a bundle: products
UPDATE catalog_product_bundle_selection SET product_id = {loner.id} WHERE product_id = {part.id};

-- a bundle's option that takes its parts along: products
DELETE FROM catalog_product_bundle_option WHERE parent_id = {bundle.link} LIMIT 1;

-- the title of a download: products
UPDATE downloadable_link_title SET title = 'Chapter';

-- the price of a download: products
UPDATE downloadable_link_price SET price = price + 1;

-- a trailer: products
UPDATE downloadable_sample_title SET title = 'Trailer';

-- the order of trailers: products
UPDATE downloadable_sample SET sort_order = 9 - sort_order;

-- how often a download may be fetched: products
UPDATE downloadable_link SET number_of_downloads = number_of_downloads + 1;

-- a download that takes its title and price along: products
DELETE FROM downloadable_link WHERE product_id = {downloadable.link} LIMIT 1;

-- the title of a custom option: products
UPDATE catalog_product_option_title SET title = 'Engraved' WHERE store_id = 0;

-- the price of a custom option: products
UPDATE catalog_product_option_price SET price = price + 1;

-- a custom option that must be chosen: products
UPDATE catalog_product_option SET is_require = 1 - is_require;

-- the sku of a custom option's value: products
UPDATE catalog_product_option_type_value SET sku = 'gold', sort_order = 9 - sort_order;

-- the title of a custom option's value: products
UPDATE catalog_product_option_type_title SET title = CONCAT(title, '+');

-- the price of a custom option's value: products
UPDATE catalog_product_option_type_price SET price = price + 1;

-- a custom option that takes its values along: products
DELETE FROM catalog_product_option WHERE product_id = {optional.link};

-- the label of a picture in a store view: products
INSERT INTO catalog_product_entity_media_gallery_value (value_id, store_id, {link}, label, position)
    SELECT value_id, s.store_id, {link}, 'Seen from above', 7
    FROM catalog_product_entity_media_gallery_value_to_entity, store s WHERE value_id = {picture};

-- a picture that is hidden: products
UPDATE catalog_product_entity_media_gallery_value SET disabled = 1 WHERE value_id = {picture};

-- a picture of another file: products
UPDATE catalog_product_entity_media_gallery SET value = '/o/t/other.jpg'
    WHERE value_id = {picture};

-- the title of a video: products
UPDATE catalog_product_entity_media_gallery_value_video SET title = 'Unboxing'
    WHERE value_id = {video};

-- a video that is only a picture: products
DELETE FROM catalog_product_entity_media_gallery_value_video WHERE value_id = {video};

-- a picture for one more product: products
INSERT INTO catalog_product_entity_media_gallery_value_to_entity (value_id, {link})
    VALUES ({picture}, {configurable.link});

-- a file that takes all its mentions along: products
DELETE FROM catalog_product_entity_media_gallery WHERE value_id = {picture};

-- the address of a product: products
UPDATE url_rewrite SET request_path = CONCAT('moved/', request_path)
    WHERE entity_type = 'product' AND entity_id = {addressed.id};

-- an address that leads to another product: products
UPDATE url_rewrite SET entity_id = {configurable.id}
    WHERE entity_type = 'product' AND entity_id = {addressed.id};

-- the addresses of a product by REPLACE: products
REPLACE INTO url_rewrite (entity_type, entity_id, request_path, target_path, store_id)
    VALUES ('product', {bundle.id}, 'a/bundle', 'catalog/product/view/id/{bundle.id}', 1);

-- the price for a group by quantity: prices
REPLACE INTO catalog_product_entity_tier_price
    ({link}, all_groups, customer_group_id, qty, value, website_id)
    VALUES ({loner.link}, 0, 2, 5, 1.25, 0), ({variant.link}, 1, 0, 3, 2.5, 0);

-- prices by quantity that end: prices
DELETE FROM catalog_product_entity_tier_price WHERE {link} IN ({loner.link}, {variant.link});

-- rule prices: prices
INSERT INTO catalogrule_product_price
    (rule_date, customer_group_id, product_id, rule_price, website_id)
    VALUES ('2026-11-23', 3, {loner.id}, 1.5, 1) ON DUPLICATE KEY UPDATE rule_price = 1.5;

-- rule prices that end: prices
DELETE FROM catalogrule_product_price WHERE product_id = {loner.id};

-- the quantity in the default stock: products inventoryStockStatus
UPDATE cataloginventory_stock_status SET qty = qty + 11,
    stock_status = 1 - stock_status
    WHERE product_id = {loner.id};

-- the quantity in another stock by REPLACE: products inventoryStockStatus
REPLACE INTO inventory_stock_2 (sku, quantity, is_salable)
    SELECT sku, quantity + 3.5, 1 - is_salable FROM inventory_stock_2 x
    WHERE x.sku = '{european.sku}';

-- a source more: inventoryStockStatus
DELETE FROM inventory_source_item WHERE source_code = 'default' AND sku = '{loner.sku}';

-- a reservation: inventoryStockStatus
INSERT INTO inventory_reservation (stock_id, sku, quantity) VALUES (1, '{reserved.sku}', -1);

-- stock settings of a product: inventoryStockStatus
UPDATE cataloginventory_stock_item SET backorders = 1, use_config_backorders = 0,
    min_qty = 0, use_config_min_qty = 0 WHERE product_id = {variant.id};

-- a source item that becomes another product's: inventoryStockStatus
UPDATE inventory_source_item SET sku = '{bundle.sku}' WHERE source_code = 'default'
    AND sku = '{indexed_sku}';

-- reservations that are cleared away: inventoryStockStatus
DELETE FROM inventory_reservation;

-- a product without stock settings: inventoryStockStatus
DELETE FROM cataloginventory_stock_item WHERE product_id = {variant.id};

-- a product that is nowhere in stock: products inventoryStockStatus
DELETE FROM cataloginventory_stock_status WHERE product_id = {stocked.id};

-- a source that takes its items along:
DELETE FROM inventory_source WHERE source_code = 'eu_north';

-- a website that sells from another stock: products
UPDATE inventory_stock_sales_channel SET stock_id = 1 WHERE code = 'eu';

-- the website sells from its stock again: products
UPDATE inventory_stock_sales_channel SET stock_id = 2 WHERE code = 'eu';

-- a path that an import left unfinished: categories
UPDATE catalog_category_entity SET path = CONCAT(path, '/x"y/') WHERE {link} = {shelf.link};

-- the URL key of a category: categories products
UPDATE catalog_category_entity_varchar SET value = CONCAT(value, '-new')
    WHERE attribute_id = {category_url_key} AND {link} = {family.link};

-- a path that is put right: categories
UPDATE catalog_category_entity SET path = REPLACE(path, '/x"y/', '') WHERE {link} = {shelf.link};

-- the name of a category: categories
UPDATE catalog_category_entity_varchar SET value = CONCAT(value, ' new')
    WHERE attribute_id = {category_name} AND {link} = {family.link};

-- a category that moves: categories products
UPDATE catalog_category_entity SET parent_id = {top.id}, level = level - 1,
    path = CONCAT((SELECT x.path FROM (SELECT * FROM catalog_category_entity) x
        WHERE x.{link} = {top.link}), '/', entity_id) WHERE {link} = {shelf.link};

-- a category that leaves the menu: categories
UPDATE catalog_category_entity_int SET value = 0
    WHERE attribute_id = {category_include_in_menu};

-- a category that is switched off: categories
UPDATE catalog_category_entity_int SET value = 0
    WHERE attribute_id = {category_is_active} AND {link} = {family.link};

-- a category of the main menu that is switched off: categories
UPDATE catalog_category_entity_int SET value = 0
    WHERE attribute_id = {category_is_active} AND {link} = {top.link};

-- a category in the index: products
DELETE FROM catalog_category_product_index_store1 WHERE category_id = {indexed};

-- the place of products in a category: products
UPDATE catalog_category_product_index_store1 SET position = position + 7
    WHERE category_id = {indexed};

-- a product in one more category: products
REPLACE INTO catalog_category_product_index_store1
    (category_id, product_id, position, is_parent, store_id, visibility)
    VALUES ({indexed}, {loner.id}, 3, 1, 1, 4);

-- the descriptions of all categories: categories
DELETE FROM catalog_category_entity_text WHERE attribute_id = {category_description};

-- the URL key of a category in each store view: categories products
REPLACE INTO catalog_category_entity_varchar (attribute_id, store_id, {link}, value)
    SELECT {category_url_key}, store_id, {top.link}, code FROM store WHERE store_id > 0;

-- a category at the top that is deleted alone: categories products
DELETE FROM catalog_category_entity WHERE {link} = {top.link};

-- a category between others that is deleted: categories products
DELETE FROM catalog_category_entity WHERE {link} = {family.link};

-- a category that is deleted: categories products
DELETE FROM catalog_category_entity WHERE {link} = {shelf.link};

-- the label of an option: products variants
UPDATE eav_attribute_option_value SET value = CONCAT('Dark ', value) WHERE option_id = {red};

-- the label of an option in one store view: products variants
INSERT INTO eav_attribute_option_value (option_id, store_id, value) VALUES ({red}, 1, 'Rood');

-- the order of options: products
UPDATE eav_attribute_option SET sort_order = 100 - sort_order;

-- a swatch: products
UPDATE eav_attribute_option_swatch SET value = '#c0ffee' WHERE option_id = {red} AND store_id = 0;

-- a label that another option has now: products variants
UPDATE eav_attribute_option_value SET option_id = {red_too} WHERE option_id = {red}
    AND store_id = 1;

-- an option that another attribute has now: products
UPDATE eav_attribute_option SET attribute_id = {size} WHERE option_id = {red};

-- an option that takes its labels along: products variants
DELETE FROM eav_attribute_option WHERE option_id = {red};

-- an option of an attribute whose values are typed in: products
INSERT INTO eav_attribute_option (attribute_id) VALUES ({model_code});
INSERT INTO eav_attribute_option_value (option_id, store_id, value)
    SELECT MAX(option_id), 0, 'Series A' FROM eav_attribute_option;
UPDATE catalog_product_entity_varchar
    SET value = (SELECT MAX(option_id) FROM eav_attribute_option)
    WHERE attribute_id = {model_code} ORDER BY value_id LIMIT 1;

-- the last option of an attribute whose values are typed in: products
DELETE FROM eav_attribute_option WHERE attribute_id = {model_code};

-- the label of an attribute: products productAttributes
UPDATE eav_attribute SET frontend_label = 'Tint' WHERE attribute_id = {color};

-- the label of an attribute in a store view: products productAttributes
REPLACE INTO eav_attribute_label (attribute_id, store_id, value) VALUES ({size}, 1, 'Measure');

-- flags of an attribute: productAttributes
UPDATE catalog_eav_attribute SET is_searchable = 1 - is_searchable, is_filterable = 1,
    is_comparable = 1 - is_comparable WHERE attribute_id = {tagline};

-- how an attribute is picked from: products
UPDATE catalog_eav_attribute SET additional_data = '{{"swatch_input_type": "text"}}'
    WHERE attribute_id = {color};

-- an attribute that products are sorted by: productAttributes
UPDATE catalog_eav_attribute SET used_for_sort_by = 1 - used_for_sort_by
    WHERE attribute_id = {model_code};

-- an attribute of another code: products productAttributes
UPDATE eav_attribute SET attribute_code = 'slogan' WHERE attribute_id = {tagline};

-- the code of an attribute that products vary by: products productAttributes variants
UPDATE eav_attribute SET attribute_code = 'tint' WHERE attribute_id = {color};

-- the code is put back: products productAttributes variants
UPDATE eav_attribute SET attribute_code = 'color' WHERE attribute_code = 'tint';

-- an attribute of another source: products
UPDATE eav_attribute SET source_model = 'Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean'
    WHERE attribute_id = {warranty_years};

-- an attribute of another input: productAttributes
UPDATE eav_attribute SET frontend_input = 'textarea' WHERE attribute_id = {model_code};

-- an attribute whose values stand elsewhere now: products productAttributes
UPDATE eav_attribute SET backend_type = 'text' WHERE attribute_id = {model_code};

-- an attribute of categories that takes its values along: categories
DELETE FROM eav_attribute WHERE attribute_id = {category_meta_title};

-- an attribute that is no longer the shop's own: products productAttributes
UPDATE eav_attribute SET is_user_defined = 0 WHERE attribute_id = {season};

-- an attribute that takes its values along: products productAttributes
DELETE FROM eav_attribute WHERE attribute_id = {care};

-- an attribute with options that takes all along: products productAttributes variants
DELETE FROM eav_attribute WHERE attribute_id = {color};

-- a new attribute: productAttributes
INSERT INTO eav_attribute (entity_type_id, attribute_code, backend_type, frontend_input,
    frontend_label, is_user_defined) VALUES (4, 'novel', 'varchar', 'text', 'Novel', 1);
INSERT INTO catalog_eav_attribute (attribute_id) SELECT MAX(attribute_id) FROM eav_attribute;

-- an attribute that asks for more of each product: products productAttributes
INSERT INTO eav_attribute (entity_type_id, attribute_code, backend_type, frontend_input,
    frontend_label, is_user_defined) VALUES (4, 'ac_tax_class', 'static', 'text', 'Tax', 0);
INSERT INTO catalog_eav_attribute (attribute_id) SELECT MAX(attribute_id) FROM eav_attribute;

-- an attribute that asks for no more of each product: products productAttributes
DELETE FROM eav_attribute WHERE attribute_code = 'ac_tax_class';

-- values of a new attribute: products
INSERT INTO catalog_product_entity_varchar (attribute_id, store_id, {link}, value)
    VALUES ({novel}, 0, {loner.link}, 'A novel value');

-- the name of a tax class: products
UPDATE tax_class SET class_name = CONCAT(class_name, ' new');

-- a tax class that is deleted: products
DELETE FROM tax_class WHERE class_id = 2;

-- a customer group more: scopesCustomerGroup productOverrides categoryPermissions
INSERT INTO customer_group (customer_group_id, customer_group_code, tax_class_id)
    VALUES (9, 'Ninth', 3);

-- a price for that group: prices
INSERT INTO catalog_product_entity_tier_price
    ({link}, all_groups, customer_group_id, qty, value, website_id)
    VALUES ({loner.link}, 0, 9, 1, 1.25, 0);

-- a permission of that group [staged]: categoryPermissions
INSERT INTO magento_catalogpermissions (category_id, website_id, customer_group_id,
    grant_catalog_category_view, grant_catalog_product_price, grant_checkout_items)
    VALUES ({shelf.id}, NULL, 9, -1, -2, -2);

-- a customer group that is kept from a website: scopesCustomerGroup
INSERT INTO customer_group_excluded_website (customer_group_id, website_id) VALUES (9, 2);

-- a customer group that takes its prices along: prices scopesCustomerGroup productOverrides categoryPermissions
DELETE FROM customer_group WHERE customer_group_id = 9;

-- the address of the shop: products categories
INSERT INTO core_config_data (scope, scope_id, path, value)
    VALUES ('stores', 1, 'web/unsecure/base_url', 'https://other.example/')
    ON DUPLICATE KEY UPDATE value = VALUES(value);

-- the unit of weight: products
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('websites', 2, 'general/locale/weight_unit', 'stones');

-- the usual order of products: categories
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'catalog/frontend/default_sort_by', 'price');

-- the usual order, by which nothing can be sorted any more: categories productAttributes
UPDATE catalog_eav_attribute SET used_for_sort_by = 0 WHERE attribute_id = {price};

-- the address of all store views: products categories orders
UPDATE core_config_data SET value = 'https://new.example/'
    WHERE path LIKE 'web/%secure/base_url' AND scope = 'default';

-- whether stock is managed: inventoryStockStatus
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'cataloginventory/item_options/manage_stock', '0');

-- when stock counts as low: products
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'cataloginventory/options/stock_threshold_qty', '999');

-- the base currency: products
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('websites', 2, 'currency/options/base', 'CHF');

-- rule prices of tomorrow:
UPDATE catalogrule_product_price SET rule_price = 1.75 WHERE rule_date = '2026-11-24';

-- the time zone, by which it is another day already: prices
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('websites', 1, 'general/locale/timezone', 'Pacific/Kiritimati'),
    ('stores', 1, 'general/locale/timezone', 'Pacific/Kiritimati');

-- a setting that is deleted: products categories
DELETE FROM core_config_data WHERE path = 'web/unsecure/base_url' AND scope = 'stores';

-- a setting that moves to another website: products
UPDATE core_config_data SET scope_id = 1 WHERE path = 'currency/options/base' AND scope_id = 2;

-- the store view by which a website's day goes: prices
UPDATE store_group SET default_store_id = (SELECT MAX(store_id) FROM store) WHERE website_id = 1;

-- a setting that no feed reads:
REPLACE INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'design/head/demonotice', '1');

-- a permission more [staged]: categoryPermissions
INSERT INTO magento_catalogpermissions (category_id, website_id, customer_group_id,
    grant_catalog_category_view, grant_catalog_product_price, grant_checkout_items)
    VALUES ({shelf.id}, 1, NULL, -1, -1, 0);

-- a permission that is left open [staged]: categoryPermissions
UPDATE magento_catalogpermissions SET grant_checkout_items = 0 WHERE category_id = {permitted};

-- a permission that another category has now [staged]: categoryPermissions
UPDATE magento_catalogpermissions SET category_id = {family.id} WHERE category_id = {shelf.id};

-- a permission that another group has now [staged]: categoryPermissions
UPDATE magento_catalogpermissions SET customer_group_id = 3 WHERE category_id = {permitted};

-- permissions that are written anew [staged]:
CREATE TEMPORARY TABLE kept SELECT * FROM magento_catalogpermissions;
DELETE FROM magento_catalogpermissions;
INSERT INTO magento_catalogpermissions SELECT * FROM kept;
DROP TEMPORARY TABLE kept;

-- a permission less [staged]: categoryPermissions
DELETE FROM magento_catalogpermissions WHERE category_id = {permitted};

-- what the index says of a product [staged]: productOverrides
REPLACE INTO magento_catalogpermissions_index_product (product_id, store_id, customer_group_id,
    grant_catalog_category_view, grant_catalog_product_price, grant_checkout_items)
    VALUES ({restricted.id}, 1, 3, -2, -2, -2);

-- an index that is made anew [staged]:
REPLACE INTO magento_catalogpermissions_index_product
    SELECT * FROM magento_catalogpermissions_index_product_replica
    WHERE product_id <> {restricted.id};

-- an index that says nothing of a group [staged]: productOverrides
DELETE FROM magento_catalogpermissions_index_product WHERE customer_group_id = 0;

-- a product that leaves its categories [staged]: productOverrides
DELETE FROM catalog_category_product WHERE product_id = {loner.id};

-- a product in a category again [staged]: productOverrides
INSERT INTO catalog_category_product (category_id, product_id, position)
    VALUES ({shelf.id}, {loner.id}, 1);

-- a product that another one replaces in its category [staged]: productOverrides
UPDATE catalog_category_product SET product_id = {unlisted.id} WHERE product_id = {loner.id};

-- the groups that may buy on a website [staged]: productOverrides categoryPermissions
UPDATE core_config_data SET value = '1,4'
    WHERE path = 'catalog/magento_catalogpermissions/grant_checkout_items_groups';

-- who may see the catalog [staged]: productOverrides categoryPermissions
INSERT INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'catalog/magento_catalogpermissions/grant_catalog_category_view', '0');

-- permissions that are switched off on a website [staged]: productOverrides categoryPermissions
INSERT INTO core_config_data (scope, scope_id, path, value)
    VALUES ('websites', 2, 'catalog/magento_catalogpermissions/enabled', '0');

-- permissions that are switched off [staged]: productOverrides categoryPermissions
UPDATE core_config_data SET value = '0'
    WHERE path = 'catalog/magento_catalogpermissions/enabled' AND scope = 'default';

-- permissions that are switched on again [staged]: productOverrides categoryPermissions
DELETE FROM core_config_data WHERE path = 'catalog/magento_catalogpermissions/enabled';
INSERT INTO core_config_data (scope, scope_id, path, value)
    VALUES ('default', 0, 'catalog/magento_catalogpermissions/enabled', '1');

-- a permission of a category with products [staged]: categoryPermissions
INSERT INTO magento_catalogpermissions (category_id, website_id, customer_group_id,
    grant_catalog_category_view, grant_catalog_product_price, grant_checkout_items)
    VALUES ({occupied}, 1, NULL, -1, -1, 0);

-- a category that takes its permissions and products' places along [staged]: categories products categoryPermissions productOverrides
DELETE FROM sequence_catalog_category WHERE sequence_value = {occupied};

-- a customer who is deleted: orders reviews
DELETE FROM customer_entity;

-- the state of an order: orders
UPDATE sales_order SET state = 'holded', status = 'holded' WHERE entity_id = {order};

-- a number by which a parcel is followed: orders
UPDATE sales_shipment_track SET track_number = 'XYZ-1';

-- an address of an order: orders
UPDATE sales_order_address SET city = 'Elsewhere' WHERE parent_id = {order};

-- the name of an ordered product: orders
UPDATE sales_order_item SET name = CONCAT(name, ' new') WHERE order_id = {order};

-- how an order is paid: orders
UPDATE sales_order_payment SET method = 'purchaseorder' WHERE parent_id = {order};

-- a transaction at the bank: orders
UPDATE sales_payment_transaction SET txn_id = CONCAT(txn_id, '-1');

-- the title of a tax: orders
UPDATE sales_order_tax SET title = CONCAT(title, ' new');

-- the tax of an ordered product: orders
UPDATE sales_order_tax_item SET base_amount = base_amount + 1;

-- the total of an invoice: orders
UPDATE sales_invoice SET base_grand_total = base_grand_total + 1;

-- what an invoice is for: orders
UPDATE sales_invoice_item SET qty = qty + 1;

-- the time of a shipment: orders
UPDATE sales_shipment SET created_at = '2026-11-01 10:00:00';

-- what is in a parcel: orders
UPDATE sales_shipment_item SET qty = qty + 1;

-- the adjustment of a credit memo: orders
UPDATE sales_creditmemo SET base_adjustment = 1.5;

-- what is taken back: orders
UPDATE sales_creditmemo_item SET qty = qty + 1;

-- a comment on a credit memo: orders
UPDATE sales_creditmemo_comment SET comment = 'Sorry';

-- an order that takes all its parts along: orders
DELETE FROM sales_order WHERE entity_id = {order};

-- the title of a review: reviews
UPDATE review_detail SET title = 'Changed my mind' WHERE review_id = {review};

-- a review that is not approved any more: reviews
UPDATE review SET status_id = 3 WHERE review_id = {review};

-- a review that takes its details along: reviews
DELETE FROM review WHERE review_id = {review};

-- a review in one store view less: reviews
DELETE FROM review_store WHERE review_id = {review} AND store_id > 0;

-- a rating that is asked for nowhere: ratingMetadata
DELETE FROM rating_store WHERE rating_id = {rating};

-- a rating that is asked for again: ratingMetadata
INSERT INTO rating_store (rating_id, store_id) SELECT {rating}, store_id FROM store;

-- a rating that is switched off: ratingMetadata
UPDATE rating SET is_active = 0 WHERE rating_id = {rating};

-- a rating that is switched on again: ratingMetadata
UPDATE rating SET is_active = 1 WHERE rating_id = {rating};

-- what a rating is called in a store view: ratingMetadata
REPLACE INTO rating_title (rating_id, store_id, value) VALUES ({rating}, 1, 'Worth');

-- the value of a rating's option: ratingMetadata reviews
UPDATE rating_option SET value = value + 1 WHERE rating_id = {rating};

-- a rating that takes its votes along: ratingMetadata reviews
DELETE FROM rating WHERE rating_id = {rating};

-- a bundle that is deleted: products prices inventoryStockStatus productOverrides
DELETE FROM catalog_product_entity WHERE {link} = {bundle.link};

-- a grouped product that is deleted: products prices productOverrides
DELETE FROM catalog_product_entity WHERE {link} = {grouped.link};

-- a part of a bundle that is deleted: products prices productOverrides
DELETE FROM catalog_product_entity WHERE {link} = {part.link};

-- a variant that is deleted: products prices inventoryStockStatus productOverrides
DELETE FROM catalog_product_entity WHERE {link} = {variant.link};

-- a configurable product that is deleted: products prices variants productOverrides
DELETE FROM catalog_product_entity WHERE {link} = {configurable.link};

-- a product in place of a deleted one, with its sku: products prices inventoryStockStatus productOverrides
DELETE FROM catalog_product_entity WHERE {link} = {loner.link};
UPDATE catalog_product_entity SET sku = '{loner.sku}' WHERE {link} = {downloadable.link};

-- all products of a kind that are deleted: products prices inventoryStockStatus productOverrides
DELETE p FROM catalog_product_entity p WHERE p.type_id = 'virtual';

-- the name of an attribute set:
UPDATE eav_attribute_set SET attribute_set_name = CONCAT(attribute_set_name, ' new');

-- the code of a website: products prices productAttributes categories orders scopesWebsite scopesCustomerGroup productOverrides categoryPermissions
UPDATE store_website SET code = 'europe' WHERE website_id = 2;

-- the code of a store view: products productAttributes categories orders reviews ratingMetadata scopesWebsite
UPDATE store SET code = 'elsewhere' WHERE store_id = 2;

-- the code of a store group: products productAttributes categories orders scopesWebsite
UPDATE store_group SET code = 'grouping' WHERE website_id = 1;

-- a stock that takes its sources along: inventoryStockStatus
DELETE FROM inventory_stock WHERE stock_id = 2;

-- another root category: categories
UPDATE store_group SET root_category_id = 3 - root_category_id + 2 WHERE website_id = 1;

-- a store view that moves to another website: products prices productAttributes categories orders scopesWebsite productOverrides
UPDATE store SET website_id = 2, group_id = (SELECT MIN(group_id) FROM store_group
    WHERE website_id = 2) WHERE store_id = 1;

-- a store view that moves back: products prices productAttributes categories orders scopesWebsite productOverrides
UPDATE store SET website_id = 1, group_id = (SELECT MIN(group_id) FROM store_group
    WHERE website_id = 1) WHERE store_id = 1;

-- one more store view: products productAttributes categories scopesWebsite
INSERT INTO store (store_id, code, website_id, group_id, name, sort_order, is_active)
    VALUES (9, 'ninth', 1, 1, 'Ninth', 0, 1);

-- a store view that takes its values along: products productAttributes categories reviews ratingMetadata scopesWebsite orders
DELETE FROM store WHERE store_id = 2;

-- a store group that takes its store views along: products prices productAttributes categories orders reviews ratingMetadata scopesWebsite productOverrides
DELETE FROM store_group WHERE website_id = 1;

-- a website that takes its store views along: products prices productAttributes categories orders reviews ratingMetadata scopesWebsite scopesCustomerGroup productOverrides categoryPermissions
DELETE FROM store_website WHERE website_id = 2;
