-- Index tables of which a shop has one per store view or stock: {store}, {stock}.

CREATE TABLE catalog_category_product_index_store{store} (
  category_id int unsigned NOT NULL DEFAULT 0,
  product_id int unsigned NOT NULL DEFAULT 0,
  position int,
  is_parent smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  visibility smallint unsigned NOT NULL,
  PRIMARY KEY (category_id, product_id, store_id),
  KEY (product_id, store_id, category_id, visibility),
  KEY (store_id, category_id, visibility, is_parent, position)
);

CREATE TABLE catalog_category_product_index_store{store}_replica (
  category_id int unsigned NOT NULL DEFAULT 0,
  product_id int unsigned NOT NULL DEFAULT 0,
  position int,
  is_parent smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  visibility smallint unsigned NOT NULL,
  PRIMARY KEY (category_id, product_id, store_id),
  KEY (product_id, store_id, category_id, visibility),
  KEY (store_id, category_id, visibility, is_parent, position)
);

CREATE TABLE inventory_stock_{stock} (
  sku varchar(64) NOT NULL,
  quantity decimal(10,4) NOT NULL DEFAULT 0,
  is_salable tinyint NOT NULL,
  PRIMARY KEY (sku),
  KEY (sku, quantity)
);
