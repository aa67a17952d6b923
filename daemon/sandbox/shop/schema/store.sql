-- Websites, store groups, store views, configuration, customers.

CREATE TABLE store_website (
  website_id smallint unsigned NOT NULL AUTO_INCREMENT,
  code varchar(32),
  name varchar(64),
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  default_group_id smallint unsigned NOT NULL DEFAULT 0,
  is_default smallint unsigned DEFAULT 0,
  PRIMARY KEY (website_id),
  UNIQUE KEY (code),
  KEY (sort_order),
  KEY (default_group_id)
);

CREATE TABLE store_group (
  group_id smallint unsigned NOT NULL AUTO_INCREMENT,
  website_id smallint unsigned NOT NULL DEFAULT 0,
  name varchar(255) NOT NULL,
  root_category_id int unsigned NOT NULL DEFAULT 0,
  default_store_id smallint unsigned NOT NULL DEFAULT 0,
  code varchar(32),
  PRIMARY KEY (group_id),
  UNIQUE KEY (code),
  KEY (website_id),
  KEY (default_store_id),
  FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
);

CREATE TABLE store (
  store_id smallint unsigned NOT NULL AUTO_INCREMENT,
  code varchar(32),
  website_id smallint unsigned NOT NULL DEFAULT 0,
  group_id smallint unsigned NOT NULL DEFAULT 0,
  name varchar(255) NOT NULL,
  sort_order smallint unsigned NOT NULL DEFAULT 0,
  is_active smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (store_id),
  UNIQUE KEY (code),
  KEY (website_id),
  KEY (is_active, sort_order),
  KEY (group_id),
  FOREIGN KEY (group_id) REFERENCES store_group (group_id) ON DELETE CASCADE,
  FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
);

CREATE TABLE core_config_data (
  config_id int unsigned NOT NULL AUTO_INCREMENT,
  scope varchar(8) NOT NULL DEFAULT 'default',
  scope_id int NOT NULL DEFAULT 0,
  path varchar(255) NOT NULL DEFAULT 'general',
  value text,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (config_id),
  UNIQUE KEY (scope, scope_id, path)
);

CREATE TABLE flag (
  flag_id int unsigned NOT NULL AUTO_INCREMENT,
  flag_code varchar(255) NOT NULL,
  state smallint unsigned NOT NULL DEFAULT 0,
  flag_data mediumtext,
  last_update timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (flag_id),
  KEY (last_update)
);

CREATE TABLE customer_group (
  customer_group_id int unsigned NOT NULL AUTO_INCREMENT,
  customer_group_code varchar(32) NOT NULL,
  tax_class_id int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (customer_group_id)
);

CREATE TABLE customer_group_excluded_website (
  entity_id int unsigned NOT NULL AUTO_INCREMENT,
  customer_group_id int unsigned NOT NULL,
  website_id smallint unsigned NOT NULL,
  PRIMARY KEY (entity_id),
  KEY (customer_group_id, website_id)
);

CREATE TABLE customer_entity (
  entity_id int unsigned NOT NULL AUTO_INCREMENT,
  website_id smallint unsigned,
  email varchar(255),
  group_id smallint unsigned NOT NULL DEFAULT 0,
  increment_id varchar(50),
  store_id smallint unsigned DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  is_active smallint unsigned NOT NULL DEFAULT 1,
  disable_auto_group_change smallint unsigned NOT NULL DEFAULT 0,
  created_in varchar(255),
  prefix varchar(40),
  firstname varchar(255),
  middlename varchar(255),
  lastname varchar(255),
  suffix varchar(40),
  dob date,
  password_hash varchar(128),
  rp_token varchar(128),
  rp_token_created_at datetime,
  default_billing int unsigned,
  default_shipping int unsigned,
  taxvat varchar(50),
  confirmation varchar(64),
  gender smallint unsigned,
  failures_num smallint DEFAULT 0,
  first_failure timestamp NULL DEFAULT NULL,
  lock_expires timestamp NULL DEFAULT NULL,
  session_cutoff timestamp NULL DEFAULT NULL,
  PRIMARY KEY (entity_id),
  UNIQUE KEY (email, website_id),
  KEY (store_id),
  KEY (website_id),
  KEY (firstname),
  KEY (lastname),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE SET NULL,
  FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE SET NULL
);

CREATE TABLE tax_class (
  class_id smallint NOT NULL AUTO_INCREMENT,
  class_name varchar(255) NOT NULL,
  class_type varchar(8) NOT NULL DEFAULT 'CUSTOMER',
  PRIMARY KEY (class_id)
);
