"""The example package, installed for real, through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "docs" / "example-package"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A directory that the package is installed into; nothing is fetched for that."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run([*command, str(PACKAGE)], check=True)
    return target


@pytest.fixture
def shop(fresh, site, monkeypatch):
    """A shop whose commands see the package."""
    monkeypatch.setenv("PYTHONPATH", str(site))
    fresh.sql(
        "UPDATE cataloginventory_stock_item SET min_sale_qty = 2, use_config_min_sale_qty = 0,"
        " use_config_max_sale_qty = 1 ORDER BY product_id LIMIT 1"
    )
    return fresh


def called(installation, *arguments):
    """What a command printed that must succeed."""
    done = installation.command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told_since(installation, mark):
    """What the receiver was told since then, by feed."""
    found = {}
    for one in installation.receiver.log(mark):
        found.setdefault(one.feed, []).append((dict(one.identity), one.deleted))
    return found


def limits(items):
    """The limits of a purchase by sku, of the items that carry some."""
    return {one["sku"]: one["purchaseLimits"] for one in items if "purchaseLimits" in one}


def test_a_dry_run_shows_the_feed_and_the_field_of_the_package(shop, tmp_path):
    called(shop, "resync", "--all", "--dry-run", "--output", str(tmp_path / "dry"))

    def built(feed):
        lines = (tmp_path / "dry" / f"{feed}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    rows = shop.rows("SELECT class_id, class_name, class_type FROM tax_class ORDER BY class_id")
    assert rows
    shown = [
        (int(one["classId"]), one["className"], one["classType"]) for one in built("taxClasses")
    ]
    assert shown == rows
    (sku,) = shop.column(
        "SELECT sku FROM catalog_product_entity WHERE entity_id ="
        " (SELECT MIN(product_id) FROM cataloginventory_stock_item)"
    )
    assert limits(built("products"))[sku] == {"least": 2.0}


def test_changes_of_what_the_package_reads_are_followed(shop):
    called(shop, "install")
    called(shop, "resync", "--all")
    assert (
        len(shop.receiver.items("taxClasses")) == shop.column("SELECT COUNT(*) FROM tax_class")[0]
    )

    mark = shop.mark
    last, entity_id = shop.rows(
        "SELECT sku, entity_id FROM catalog_product_entity JOIN catalog_product_website"
        " ON product_id = entity_id ORDER BY entity_id DESC LIMIT 1"
    )[0]
    shop.sql(
        "INSERT INTO tax_class (class_name, class_type) VALUES ('Books', 'PRODUCT')",
        "UPDATE cataloginventory_stock_item SET max_sale_qty = 9, use_config_max_sale_qty = 0"
        f" WHERE product_id = {entity_id}",
    )
    called(shop, "sync")
    told = told_since(shop, mark)
    assert [(it["className"], gone) for it, gone in told["taxClasses"]] == [("Books", False)]
    assert {(it["sku"], gone) for it, gone in told["products"]} == {(last, False)}
    assert limits(shop.receiver.items("products"))[last]["most"] == 9.0

    mark = shop.mark
    shop.sql("DELETE FROM tax_class WHERE class_name = 'Books'")
    called(shop, "sync")
    assert [(it["className"], gone) for it, gone in told_since(shop, mark)["taxClasses"]] == [
        ("Books", True)
    ]
    assert "taxClasses" in json.loads(called(shop, "status", "--json"))["feeds"]


def test_a_package_that_is_taken_away_takes_its_field_with_it(shop, monkeypatch):
    called(shop, "install")
    called(shop, "resync", "--all")
    assert limits(shop.receiver.items("products"))
    monkeypatch.delenv("PYTHONPATH")
    mark = shop.mark
    process = shop.run()
    shop.wait_until_settled()
    assert limits(shop.receiver.items("products")) == {}
    assert list(told_since(shop, mark)) == ["products"]
    assert shop.stop(process) == 0
