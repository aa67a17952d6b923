"""What tests ask a sample shop's database."""

from __future__ import annotations

IN_FORCE = "p.created_in <= 1760000000 AND p.updated_in > 1760000000"


def rows(engine, query):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query.replace("%", "%%"))]


def column(engine, query):
    return [row[0] for row in rows(engine, query)]


def link(engine):
    columns = column(engine, "SHOW COLUMNS FROM catalog_product_entity")
    return "row_id" if "row_id" in columns else "entity_id"


def in_force(link):
    return IN_FORCE if link == "row_id" else "TRUE"


def foreign_keys(engine, schema="DATABASE()"):
    query = f"""
        SELECT k.table_name, k.column_name, k.referenced_table_name, k.referenced_column_name,
               r.delete_rule
        FROM information_schema.key_column_usage k
        JOIN information_schema.referential_constraints r
          ON r.constraint_schema = k.constraint_schema
         AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
        WHERE k.table_schema = {schema} AND k.referenced_table_name IS NOT NULL"""
    return {row[:4]: row[4].replace("NO ACTION", "RESTRICT") for row in rows(engine, query)}


def expected_index(engine, store):
    own = link(engine)
    value = f"""(SELECT v.value FROM catalog_product_entity_int v JOIN eav_attribute a
        ON a.attribute_id = v.attribute_id AND a.entity_type_id = 4
        WHERE a.attribute_code = '{{code}}' AND v.{own} = p.{own} AND v.store_id IN (0, {store})
        ORDER BY v.store_id DESC LIMIT 1)"""
    flag = f"""(SELECT v.value FROM catalog_category_entity_int v JOIN eav_attribute a
        ON a.attribute_id = v.attribute_id AND a.entity_type_id = 3
        WHERE a.attribute_code = '{{code}}' AND v.{own} = {{of}}.{own} AND v.store_id = 0)"""
    return f"""
        SELECT DISTINCT shown.entity_id, p.entity_id
        FROM catalog_product_entity p
        JOIN catalog_product_website w ON w.product_id = p.entity_id
        JOIN store s ON s.website_id = w.website_id AND s.store_id = {store}
        JOIN store_group g ON g.group_id = s.group_id
        LEFT JOIN (catalog_category_product cp
          JOIN catalog_category_entity c ON c.entity_id = cp.category_id) ON
            cp.product_id = p.entity_id AND c.path LIKE CONCAT('1/', g.root_category_id, '/%')
            AND {flag.format(code="is_active", of="c")} = 1
        JOIN catalog_category_entity shown ON shown.entity_id = g.root_category_id
          OR shown.entity_id = c.entity_id
          OR (c.path LIKE CONCAT(shown.path, '/%') AND shown.level > 1
              AND {flag.format(code="is_anchor", of="shown")} = 1)
        WHERE {value.format(code="status")} = 1 AND {value.format(code="visibility")} > 1
          AND {in_force(own)}"""
