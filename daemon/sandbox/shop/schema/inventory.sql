-- Stock, as one warehouse kept it and as many sources keep it.

CREATE TABLE cataloginventory_stock (
  stock_id smallint unsigned NOT NULL AUTO_INCREMENT,
  website_id smallint unsigned NOT NULL,
  stock_name varchar(255),
  PRIMARY KEY (stock_id),
  KEY (website_id)
);

CREATE TABLE cataloginventory_stock_item (
  item_id int unsigned NOT NULL AUTO_INCREMENT,
  product_id int unsigned NOT NULL DEFAULT 0,
  stock_id smallint unsigned NOT NULL DEFAULT 0,
  qty decimal(12,4),
  min_qty decimal(12,4) NOT NULL DEFAULT 0,
  use_config_min_qty smallint unsigned NOT NULL DEFAULT 1,
  is_qty_decimal smallint unsigned NOT NULL DEFAULT 0,
  backorders smallint unsigned NOT NULL DEFAULT 0,
  use_config_backorders smallint unsigned NOT NULL DEFAULT 1,
  min_sale_qty decimal(12,4) NOT NULL DEFAULT 1,
  use_config_min_sale_qty smallint unsigned NOT NULL DEFAULT 1,
  max_sale_qty decimal(12,4) NOT NULL DEFAULT 0,
  use_config_max_sale_qty smallint unsigned NOT NULL DEFAULT 1,
  is_in_stock smallint unsigned NOT NULL DEFAULT 0,
  low_stock_date timestamp NULL DEFAULT NULL,
  notify_stock_qty decimal(12,4),
  use_config_notify_stock_qty smallint unsigned NOT NULL DEFAULT 1,
  manage_stock smallint unsigned NOT NULL DEFAULT 0,
  use_config_manage_stock smallint unsigned NOT NULL DEFAULT 1,
  stock_status_changed_auto smallint unsigned NOT NULL DEFAULT 0,
  use_config_qty_increments smallint unsigned NOT NULL DEFAULT 1,
  qty_increments decimal(12,4) NOT NULL DEFAULT 0,
  use_config_enable_qty_inc smallint unsigned NOT NULL DEFAULT 1,
  enable_qty_increments smallint unsigned NOT NULL DEFAULT 0,
  is_decimal_divided smallint unsigned NOT NULL DEFAULT 0,
  website_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (item_id),
  UNIQUE KEY (product_id, stock_id),
  KEY (website_id),
  KEY (website_id, product_id),
  KEY (stock_id),
  FOREIGN KEY (product_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (stock_id) REFERENCES cataloginventory_stock (stock_id) ON DELETE CASCADE
);

CREATE TABLE cataloginventory_stock_status (
  product_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  stock_id smallint unsigned NOT NULL,
  qty decimal(12,4) NOT NULL DEFAULT 0,
  stock_status smallint unsigned NOT NULL,
  PRIMARY KEY (product_id, website_id, stock_id),
  KEY (stock_id),
  KEY (website_id),
  KEY (stock_status)
);

CREATE TABLE inventory_source (
  source_code varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  enabled smallint unsigned NOT NULL DEFAULT 1,
  description text,
  latitude decimal(8,6),
  longitude decimal(9,6),
  country_id varchar(2) NOT NULL,
  region_id int unsigned,
  region varchar(255),
  city varchar(255),
  street varchar(255),
  postcode varchar(255) NOT NULL,
  contact_name varchar(255),
  email varchar(255),
  phone varchar(255),
  fax varchar(255),
  use_default_carrier_config smallint unsigned NOT NULL DEFAULT 1,
  is_pickup_location_active tinyint NOT NULL DEFAULT 0,
  frontend_name varchar(255) DEFAULT '',
  frontend_description text,
  PRIMARY KEY (source_code)
);

CREATE TABLE inventory_stock (
  stock_id int unsigned NOT NULL AUTO_INCREMENT,
  name varchar(255) NOT NULL,
  PRIMARY KEY (stock_id)
);

CREATE TABLE inventory_source_stock_link (
  link_id int unsigned NOT NULL AUTO_INCREMENT,
  stock_id int unsigned NOT NULL,
  source_code varchar(255) NOT NULL,
  priority smallint unsigned NOT NULL,
  PRIMARY KEY (link_id),
  UNIQUE KEY (stock_id, source_code),
  KEY (source_code),
  KEY (stock_id, priority),
  FOREIGN KEY (stock_id) REFERENCES inventory_stock (stock_id) ON DELETE CASCADE,
  FOREIGN KEY (source_code) REFERENCES inventory_source (source_code) ON DELETE CASCADE
);

CREATE TABLE inventory_stock_sales_channel (
  type varchar(64) NOT NULL,
  code varchar(64) NOT NULL,
  stock_id int unsigned NOT NULL,
  PRIMARY KEY (type, code),
  KEY (stock_id),
  FOREIGN KEY (stock_id) REFERENCES inventory_stock (stock_id) ON DELETE CASCADE
);

CREATE TABLE inventory_source_item (
  source_item_id int unsigned NOT NULL AUTO_INCREMENT,
  source_code varchar(255) NOT NULL,
  sku varchar(64) NOT NULL,
  quantity decimal(12,4) NOT NULL DEFAULT 0,
  status smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (source_item_id),
  UNIQUE KEY (source_code, sku),
  KEY (sku, source_code, quantity),
  FOREIGN KEY (source_code) REFERENCES inventory_source (source_code) ON DELETE CASCADE
);

CREATE TABLE inventory_reservation (
  reservation_id int unsigned NOT NULL AUTO_INCREMENT,
  stock_id int unsigned NOT NULL,
  sku varchar(64) NOT NULL,
  quantity decimal(10,4) NOT NULL DEFAULT 0,
  metadata varchar(255),
  PRIMARY KEY (reservation_id),
  KEY (stock_id, sku, quantity)
);
