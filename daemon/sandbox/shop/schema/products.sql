-- Products and their values.

CREATE TABLE catalog_product_entity (
  entity_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_set_id smallint unsigned NOT NULL DEFAULT 0,
  type_id varchar(32) NOT NULL DEFAULT 'simple',
  sku varchar(64) NOT NULL,
  has_options smallint NOT NULL DEFAULT 0,
  required_options smallint unsigned NOT NULL DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (entity_id),
  KEY (attribute_set_id),
  KEY (sku)
);

CREATE TABLE catalog_product_entity_int (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value int,
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, attribute_id, store_id),
  KEY (attribute_id),
  KEY (store_id),
  KEY (attribute_id, store_id, value),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_decimal (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value decimal(20,6),
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, attribute_id, store_id),
  KEY (store_id),
  KEY (attribute_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_text (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value mediumtext,
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, attribute_id, store_id),
  KEY (attribute_id),
  KEY (store_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_varchar (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value varchar(255),
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, attribute_id, store_id),
  KEY (attribute_id),
  KEY (store_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_datetime (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  value datetime,
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, attribute_id, store_id),
  KEY (attribute_id),
  KEY (store_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_gallery (
  value_id int NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  position int NOT NULL DEFAULT 0,
  value varchar(255),
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, attribute_id, store_id),
  KEY (entity_id),
  KEY (attribute_id),
  KEY (store_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_tier_price (
  value_id int NOT NULL AUTO_INCREMENT,
  entity_id int unsigned NOT NULL DEFAULT 0,
  all_groups smallint unsigned NOT NULL DEFAULT 1,
  customer_group_id int unsigned NOT NULL DEFAULT 0,
  qty decimal(12,4) NOT NULL DEFAULT 1,
  value decimal(20,6) NOT NULL DEFAULT 0,
  website_id smallint unsigned NOT NULL,
  percentage_value decimal(5,2),
  PRIMARY KEY (value_id),
  UNIQUE KEY (entity_id, all_groups, customer_group_id, qty, website_id),
  KEY (customer_group_id),
  KEY (website_id),
  FOREIGN KEY (customer_group_id) REFERENCES customer_group (customer_group_id) ON DELETE CASCADE,
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_media_gallery (
  value_id int unsigned NOT NULL AUTO_INCREMENT,
  attribute_id smallint unsigned NOT NULL DEFAULT 0,
  value varchar(255),
  media_type varchar(32) NOT NULL DEFAULT 'image',
  disabled smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (value_id),
  KEY (attribute_id),
  FOREIGN KEY (attribute_id) REFERENCES eav_attribute (attribute_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_media_gallery_value (
  value_id int unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  entity_id int unsigned NOT NULL DEFAULT 0,
  label varchar(255),
  position int unsigned,
  disabled smallint unsigned NOT NULL DEFAULT 0,
  record_id int unsigned NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (record_id),
  KEY (store_id),
  KEY (entity_id),
  KEY (value_id),
  KEY (entity_id, value_id, store_id),
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (value_id) REFERENCES catalog_product_entity_media_gallery (value_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_media_gallery_value_to_entity (
  value_id int unsigned NOT NULL,
  entity_id int unsigned NOT NULL,
  PRIMARY KEY (value_id, entity_id),
  KEY (entity_id),
  FOREIGN KEY (entity_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (value_id) REFERENCES catalog_product_entity_media_gallery (value_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_entity_media_gallery_value_video (
  value_id int unsigned NOT NULL,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  provider varchar(32),
  url text,
  title varchar(255),
  description text,
  metadata text,
  PRIMARY KEY (value_id, store_id),
  KEY (store_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE,
  FOREIGN KEY (value_id) REFERENCES catalog_product_entity_media_gallery (value_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_website (
  product_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  PRIMARY KEY (product_id, website_id),
  KEY (website_id),
  FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE,
  FOREIGN KEY (product_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE catalog_product_relation (
  parent_id int unsigned NOT NULL,
  child_id int unsigned NOT NULL,
  PRIMARY KEY (parent_id, child_id),
  KEY (child_id),
  FOREIGN KEY (child_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (parent_id) REFERENCES catalog_product_entity (entity_id) ON DELETE CASCADE
);
