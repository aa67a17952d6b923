"""`feed-sync sandbox shop` against a real server."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from daemon.cli import group


def created(url, *arguments):
    return CliRunner().invoke(
        group, ["sandbox", "shop", "--url", url, "--products", "20", *arguments]
    )


def test_a_sample_shop_stands_in_a_schema_of_its_own(server_url, database_url):
    name = sa.make_url(database_url).database + "_new"
    done = created(f"{server_url}{name}", "--prefix", "m2_", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["products"] == 20
    engine = sa.create_engine(f"{server_url}{name}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        found = connection.scalar(sa.text("SELECT COUNT(*) FROM m2_catalog_product_entity"))
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    assert found == 20


def test_a_schema_with_tables_is_left_alone(engine, database_url):
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE catalog_product_entity (entity_id INT PRIMARY KEY)"
        )
    done = created(database_url)
    assert "may be that of a real shop" in str(done.exception)
    assert created(database_url, "--if-empty").exit_code == 0
    assert sa.inspect(engine).get_table_names() == ["catalog_product_entity"]


@pytest.mark.parametrize("arguments", [["--products", "0"], ["--seed", "x"]])
def test_wrong_numbers_are_wrong_usage(database_url, arguments):
    assert created(database_url, *arguments).exit_code == 2
