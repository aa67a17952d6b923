"""One shop, two services: feeds as they are at one, a catalogue in its own terms at the other."""

from __future__ import annotations

import json

import pytest
from catalog_api import CONTRACT, KINDS, complaints
from installation import shown, wait_until

from daemon.sandbox import edits
from daemon.sandbox.agreement import disagreements
from daemon.sandbox.receiver import Access, Fault, Receiver
from daemon.sandbox.receiver.catalog_contract import COLLECTIONS

WHO = Access(client_id="me", client_secret="hu5h")
URL_KEY = "SELECT attribute_id FROM eav_attribute WHERE attribute_code = 'url_key'"
ACTIVE = "SELECT attribute_id FROM eav_attribute WHERE attribute_code = 'is_active'"
WITH_CHILDREN = """
    SELECT entity_id FROM catalog_category_entity parent WHERE level = {level} AND EXISTS
    (SELECT 1 FROM catalog_category_entity child WHERE child.parent_id = parent.entity_id)
    ORDER BY entity_id LIMIT 1"""


PATHS = {COLLECTIONS[path].name: f"/v1/catalog/{path}" for path in COLLECTIONS}


@pytest.fixture
def aco():
    """A service that takes what the published contract allows, where that is at hand."""
    with Receiver(access=WHO) as receiver:
        yield receiver
        for name, path in PATHS.items() if CONTRACT.is_file() else ():
            assert complaints(path, receiver.items(name)) == {}
            assert complaints(f"{path}/delete", receiver.tombstones(name)) == {}


@pytest.fixture
def installed(fresh, aco):
    """A shop of which neither knows anything yet."""
    (fresh.directory / "secret").write_text("hu5h", encoding="utf-8")
    catalogue = {
        "preset": "optimizer",
        "url": aco.url,
        "environment_id": "tenant",
        "auth": "ims",
        "token_url": f"{aco.url}/ims/token/v3",
        "client_id": "me",
        "client_secret_file": str(fresh.directory / "secret"),
        "locales": {"default": "en-US"},
        "rate": {"requests_per_minute": 0},
        "request": {"attempts": 1, "read_timeout": 20},
        "breaker": {"first_pause": "300ms", "longest_pause": "1s"},
    }
    fresh.configure(destinations={"aco": catalogue})
    fresh.install()
    return fresh


@pytest.fixture
def installation(installed):
    """A shop that was delivered to both."""
    installed.first_sync()
    return installed


def assert_catalogue(installation, aco):
    """Make sure that the catalogue holds what a full build gives, in its own terms."""
    context = installation.app.context
    [there] = [one for one in context.destinations if one.name == "aco"]
    feeds = [feed for feed in context.feeds if there.takes(feed.name)]
    assert {feed.name for feed in feeds} == KINDS.keys()
    found = disagreements(context, lambda feed: aco.items(KINDS[feed]), feeds, there.translation)
    assert not found, "\n".join(map(shown, found))[:6000]


def settle(installation, aco):
    installation.recover()
    assert_catalogue(installation, aco)


def rename_category(installation, level=2, key="renamed"):
    """Give a category with others below it another URL key everywhere; its id."""
    [category] = installation.column(WITH_CHILDREN.format(level=level))
    installation.sql(
        f"""UPDATE catalog_category_entity_varchar SET value = '{key}'
        WHERE attribute_id IN ({URL_KEY}) AND entity_id = {category}"""
    )
    return category


def slugs(aco):
    return {one["slug"] for one in aco.items("catalog-categories")}


def test_everything_arrives_at_both_and_what_has_no_place_is_told(installation, aco):
    installation.assert_delivered()
    assert_catalogue(installation, aco)
    assert {one["source"]["locale"] for one in aco.items("catalog-products")} >= {"en-US"}
    assert aco.tokens.given == 1
    status = json.loads(installation.command("status", "--json").stdout)
    assert {"orders", "variants"} <= set(status["off_at"]["aco"])
    assert "hu5h" not in json.dumps(status)
    assert "off at aco: " in installation.command("status").stdout
    [sku] = installation.column("SELECT MIN(sku) FROM catalog_product_entity")
    explained = json.loads(installation.command("explain", "products", sku, "--json").stdout)
    [story] = explained
    there = [one for one in story["items"] if one["destination"] == "aco"]
    assert {one["identity"]["source"]["locale"] for one in there} >= {"en-US"}
    assert {one["verdict"] for one in there} == {"delivered as the shop holds it"}
    verified = installation.command("verify", "--all")
    assert (verified.returncode, " aco " in verified.stdout) == (0, True), verified.stdout


def test_a_dry_run_for_a_destination_writes_what_it_is_sent(installation, aco):
    output = installation.directory / "dry-run"
    written = installation.command(
        "resync", "--all", "--dry-run", "--destination", "aco", "--output", str(output)
    )
    assert written.returncode == 0, written.stderr
    assert {file.stem for file in output.iterdir()} == KINDS.keys()
    for feed, kind in KINDS.items():
        lines = (output / f"{feed}.jsonl").read_text(encoding="utf-8").splitlines()
        bodies = list(map(json.loads, lines))
        held = aco.items(kind)
        assert held
        assert [item for item in held if item not in bodies] == []
    unknown = installation.command("resync", "--all", "--dry-run", "--destination", "acco")
    assert "no such destination: acco. There are: receiver, aco" in unknown.stderr
    idle = installation.command("resync", "--all", "--destination", "aco")
    assert "--destination goes with --dry-run" in idle.stderr
    some = installation.command("resync", "--all", "--dry-run", "--by-ids", "1")
    assert "a dry run builds whole feeds" in some.stderr


def test_names_that_the_shop_does_not_have_are_told(installed, aco):
    catalogue = {
        "preset": "optimizer",
        "url": aco.url,
        "environment_id": "tenant",
        "locales": {"default": "en-US", "dde": "de-DE"},
        "currencies": {"bsae": "EUR"},
        "auth": "none",
    }
    installed.configure(destinations={"aco": catalogue})
    expected = (
        "destinations.aco.locales: the shop has no store view dde; it has ",
        "destinations.aco.currencies: the shop has no website bsae; it has ",
    )
    told = installed.command("install").stdout
    installed.run()
    for sentence in expected:
        assert f"WARNING: {sentence}" in told
        assert sentence in installed.log
    assert "view default" not in told


def test_what_came_before_its_price_book_is_told_again(installed, aco):
    aco.fail(Fault(status=503, feed="catalog-price-books"))
    installed.first_sync()
    assert not aco.items("catalog-price-books")
    assert not aco.items("catalog-prices")
    aco.fail()
    installed.run()
    installed.wait_until_settled()
    assert_catalogue(installed, aco)
    assert aco.items("catalog-prices")


def rename_with_subtree(installation):
    rename_category(installation)


def take_out_of_the_shop(installation):
    """A category between others, so that the service deletes those below it too."""
    [category] = installation.column(WITH_CHILDREN.format(level=3))
    installation.sql(
        f"""UPDATE catalog_category_entity_int SET value = 0
        WHERE attribute_id IN ({ACTIVE}) AND entity_id = {category}"""
    )


def edit_products(installation):
    installation.edit(
        *(edits.rename_sku, edits.delete_product, edits.change_price, edits.rename_product),
        *(edits.move_category, edits.rename_option, edits.disable_product, edits.assign_website),
    )


def delete_group(installation):
    installation.sql("DELETE FROM customer_group WHERE customer_group_id = 2")


def add_group(installation):
    installation.sql("INSERT INTO customer_group SET customer_group_code = 'VIP', tax_class_id = 3")


def change_variants(installation):
    installation.sql(
        "DELETE FROM catalog_product_super_link ORDER BY link_id LIMIT 1",
        "DELETE FROM catalog_product_super_attribute ORDER BY product_super_attribute_id LIMIT 1",
    )


SEVERAL = (
    rename_with_subtree,
    take_out_of_the_shop,
    edit_products,
    delete_group,
    add_group,
    change_variants,
)


def test_every_edit_ends_where_a_full_build_would_at_both(installation, aco):
    for edit in SEVERAL:
        mark = aco.log()[-1].number
        edit(installation)
        settle(installation, aco)
        assert aco.log(mark), f"{edit.__name__} changed nothing there"


def test_a_renamed_category_takes_its_subtree_along(installation, aco):
    before = aco.items("catalog-categories")
    rename_category(installation)
    installation.drain()
    moved = {slug for slug in slugs(aco) if slug.split("/")[0] == "renamed"}
    assert len(moved) > 1
    assert len(aco.items("catalog-categories")) == len(before)
    settle(installation, aco)


def test_a_catalogue_that_is_down_holds_back_nobody_and_catches_up(installation, aco):
    installation.run()
    aco.fail(Fault(status=503))
    rename_category(installation)
    installation.edit(edits.rename_sku, edits.change_price)
    wait_until(lambda: any(what.endswith(" failed") for what in installation.left()))
    wait_until(lambda: not installation.disagreements(), lambda: str(installation.left()))
    aco.fail()
    installation.wait_until_settled()
    assert_catalogue(installation, aco)


def test_a_daemon_that_is_killed_between_deletion_and_creation_leaves_nothing_behind(
    installation, aco
):
    mark = aco.log()[-1].number
    aco.fail(Fault(latency_ms=2000, drop=True, feed="catalog-categories", sku='"name"'))
    rename_category(installation)
    daemon = installation.run()
    wait_until(lambda: any(one.deleted for one in aco.log(mark)), lambda: installation.log[-3000:])
    installation.kill(daemon)
    aco.fail()
    assert not any(slug.startswith("renamed") for slug in slugs(aco))
    settle(installation, aco)
    assert any(slug.startswith("renamed/") for slug in slugs(aco))


def test_a_token_that_was_revoked_is_replaced(installation, aco):
    installation.run()
    aco.tokens.revoke()
    installation.edit(edits.change_price, edits.rename_product)
    installation.wait_until_settled()
    assert_catalogue(installation, aco)
    assert "hu5h" not in installation.log
