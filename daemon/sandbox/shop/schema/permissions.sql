-- Category permissions and their index, which Adobe Commerce alone has. The index has no foreign
-- keys; it is made anew in the replicas, which are then swapped in.

CREATE TABLE magento_catalogpermissions (
  permission_id int unsigned NOT NULL AUTO_INCREMENT,
  category_id int unsigned NOT NULL,
  website_id smallint unsigned,
  customer_group_id int unsigned,
  grant_catalog_category_view smallint NOT NULL,
  grant_catalog_product_price smallint NOT NULL,
  grant_checkout_items smallint NOT NULL,
  PRIMARY KEY (permission_id),
  UNIQUE KEY (category_id, website_id, customer_group_id),
  KEY (website_id),
  KEY (customer_group_id),
  FOREIGN KEY (customer_group_id) REFERENCES customer_group (customer_group_id) ON DELETE CASCADE,
  FOREIGN KEY (category_id) REFERENCES catalog_category_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
);

CREATE TABLE magento_catalogpermissions_index (
  category_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  customer_group_id int unsigned NOT NULL,
  grant_catalog_category_view smallint,
  grant_catalog_product_price smallint,
  grant_checkout_items smallint,
  UNIQUE KEY (category_id, website_id, customer_group_id),
  KEY (website_id),
  KEY (customer_group_id)
);

CREATE TABLE magento_catalogpermissions_index_replica (
  category_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  customer_group_id int unsigned NOT NULL,
  grant_catalog_category_view smallint,
  grant_catalog_product_price smallint,
  grant_checkout_items smallint,
  UNIQUE KEY (category_id, website_id, customer_group_id),
  KEY (website_id),
  KEY (customer_group_id)
);

CREATE TABLE magento_catalogpermissions_index_product (
  product_id int unsigned NOT NULL,
  store_id smallint unsigned NOT NULL,
  customer_group_id int unsigned NOT NULL,
  grant_catalog_category_view smallint,
  grant_catalog_product_price smallint,
  grant_checkout_items smallint,
  UNIQUE KEY (product_id, store_id, customer_group_id),
  KEY (store_id),
  KEY (customer_group_id)
);

CREATE TABLE magento_catalogpermissions_index_product_replica (
  product_id int unsigned NOT NULL,
  store_id smallint unsigned NOT NULL,
  customer_group_id int unsigned NOT NULL,
  grant_catalog_category_view smallint,
  grant_catalog_product_price smallint,
  grant_checkout_items smallint,
  UNIQUE KEY (product_id, store_id, customer_group_id),
  KEY (store_id),
  KEY (customer_group_id)
);
