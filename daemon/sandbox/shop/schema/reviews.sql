-- Reviews and ratings.

CREATE TABLE review_entity (
  entity_id smallint unsigned NOT NULL AUTO_INCREMENT,
  entity_code varchar(32) NOT NULL,
  PRIMARY KEY (entity_id)
);

CREATE TABLE review_status (
  status_id smallint unsigned NOT NULL AUTO_INCREMENT,
  status_code varchar(32) NOT NULL,
  PRIMARY KEY (status_id)
);

CREATE TABLE review (
  review_id bigint unsigned NOT NULL AUTO_INCREMENT,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  entity_id smallint unsigned NOT NULL DEFAULT 0,
  entity_pk_value int unsigned NOT NULL DEFAULT 0,
  status_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (review_id),
  KEY (entity_id),
  KEY (status_id),
  KEY (entity_pk_value),
  FOREIGN KEY (entity_id) REFERENCES review_entity (entity_id) ON DELETE CASCADE,
  FOREIGN KEY (status_id) REFERENCES review_status (status_id) ON DELETE NO ACTION
);

CREATE TABLE review_detail (
  detail_id bigint unsigned NOT NULL AUTO_INCREMENT,
  review_id bigint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned DEFAULT 0,
  title varchar(255) NOT NULL,
  detail text NOT NULL,
  nickname varchar(128) NOT NULL,
  customer_id int unsigned,
  PRIMARY KEY (detail_id),
  KEY (review_id),
  KEY (store_id),
  KEY (customer_id),
  FOREIGN KEY (customer_id) REFERENCES customer_entity (entity_id) ON DELETE SET NULL,
  FOREIGN KEY (review_id) REFERENCES review (review_id) ON DELETE CASCADE,
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE SET NULL
);

CREATE TABLE review_store (
  review_id bigint unsigned NOT NULL,
  store_id smallint unsigned NOT NULL,
  PRIMARY KEY (review_id, store_id),
  KEY (store_id),
  FOREIGN KEY (review_id) REFERENCES review (review_id) ON DELETE CASCADE,
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE
);

CREATE TABLE review_entity_summary (
  primary_id bigint NOT NULL AUTO_INCREMENT,
  entity_pk_value bigint NOT NULL DEFAULT 0,
  entity_type smallint NOT NULL DEFAULT 0,
  reviews_count smallint NOT NULL DEFAULT 0,
  rating_summary smallint NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (primary_id),
  UNIQUE KEY (entity_pk_value, store_id, entity_type),
  KEY (store_id),
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE
);

CREATE TABLE rating_entity (
  entity_id smallint unsigned NOT NULL AUTO_INCREMENT,
  entity_code varchar(64) NOT NULL,
  PRIMARY KEY (entity_id),
  UNIQUE KEY (entity_code)
);

CREATE TABLE rating (
  rating_id smallint unsigned NOT NULL AUTO_INCREMENT,
  entity_id smallint unsigned NOT NULL DEFAULT 0,
  rating_code varchar(64) NOT NULL,
  position smallint unsigned NOT NULL DEFAULT 0,
  is_active smallint NOT NULL DEFAULT 1,
  PRIMARY KEY (rating_id),
  UNIQUE KEY (rating_code),
  KEY (entity_id),
  FOREIGN KEY (entity_id) REFERENCES rating_entity (entity_id) ON DELETE CASCADE
);

CREATE TABLE rating_option (
  option_id int unsigned NOT NULL AUTO_INCREMENT,
  rating_id smallint unsigned NOT NULL DEFAULT 0,
  code varchar(32) NOT NULL,
  value smallint unsigned NOT NULL DEFAULT 0,
  position smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (option_id),
  KEY (rating_id),
  FOREIGN KEY (rating_id) REFERENCES rating (rating_id) ON DELETE CASCADE
);

CREATE TABLE rating_option_vote (
  vote_id bigint unsigned NOT NULL AUTO_INCREMENT,
  option_id int unsigned NOT NULL DEFAULT 0,
  remote_ip varchar(16) NOT NULL,
  remote_ip_long bigint NOT NULL DEFAULT 0,
  customer_id int unsigned DEFAULT 0,
  entity_pk_value bigint unsigned NOT NULL DEFAULT 0,
  rating_id smallint unsigned NOT NULL DEFAULT 0,
  review_id bigint unsigned,
  percent smallint NOT NULL DEFAULT 0,
  value smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (vote_id),
  KEY (review_id),
  KEY (option_id),
  FOREIGN KEY (option_id) REFERENCES rating_option (option_id) ON DELETE CASCADE,
  FOREIGN KEY (review_id) REFERENCES review (review_id) ON DELETE CASCADE
);

CREATE TABLE rating_option_vote_aggregated (
  primary_id int NOT NULL AUTO_INCREMENT,
  rating_id smallint unsigned NOT NULL DEFAULT 0,
  entity_pk_value bigint unsigned NOT NULL DEFAULT 0,
  vote_count int unsigned NOT NULL DEFAULT 0,
  vote_value_sum int unsigned NOT NULL DEFAULT 0,
  percent smallint NOT NULL DEFAULT 0,
  percent_approved smallint DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (primary_id),
  KEY (rating_id),
  KEY (store_id),
  FOREIGN KEY (rating_id) REFERENCES rating (rating_id) ON DELETE CASCADE,
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE
);

CREATE TABLE rating_store (
  rating_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (rating_id, store_id),
  KEY (store_id),
  FOREIGN KEY (rating_id) REFERENCES rating (rating_id) ON DELETE CASCADE,
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE
);

CREATE TABLE rating_title (
  rating_id smallint unsigned NOT NULL DEFAULT 0,
  store_id smallint unsigned NOT NULL DEFAULT 0,
  value varchar(255) NOT NULL,
  PRIMARY KEY (rating_id, store_id),
  KEY (store_id),
  FOREIGN KEY (rating_id) REFERENCES rating (rating_id) ON DELETE CASCADE,
  FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE CASCADE
);
