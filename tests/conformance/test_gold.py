"""Every feed of a real shop, built by the command line, against what the real exporter sends."""

import gzip
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from reference import GOLD, SHARED, needs_gold

from daemon.feeds import FEEDS

pytestmark = needs_gold()

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = ROOT / "docs" / "allowed-differences.tsv"
COMPARE = SHARED / "tools" / "compare_feeds.py"
DATED = ("invoices", "creditMemos")
CONFIG = """
[database]
url = "{url}"

[clock]
now = "2026-11-23T16:00:00Z"
"""


def gold_file(feed):
    return next(iter(GOLD.glob(f"feeds/{feed}.jsonl*")), None)


@pytest.fixture(scope="module")
def built(shop_url, tmp_path_factory):
    """The directory that a dry run of all feeds has written."""
    directory = tmp_path_factory.mktemp("gold")
    config, output = directory / "feed-sync.toml", directory / "feeds"
    config.write_text(CONFIG.format(url=shop_url), encoding="utf-8")
    command = [sys.executable, "-m", "daemon", "--config", str(config)]
    command += ["resync", "--all", "--dry-run", "--output", str(output)]
    ran = run(command)
    assert ran.returncode == 0, ran.stderr
    return output


def run(command):
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=250, check=False
    )


@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS if gold_file(feed.name)])
def test_a_feed_is_what_the_real_exporter_sends(built, feed):
    command = [sys.executable, str(COMPARE), str(GOLD / "feeds"), str(built), "--feed", feed]
    command += ["--allow", str(ALLOWED)]
    (found,) = json.loads(run([*command, "--json"]).stdout)
    assert (found["parity"], found["duplicates"]) == (100.0, 0), run(command).stdout


def items(file):
    """The items of a feed's file, in its order."""
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if file.suffix == ".gz" else raw).splitlines()
    return [json.loads(line) for line in lines]


def both(built, feed, *identity):
    """Identity → (the items of the reference, the items here)."""
    found = defaultdict(lambda: ([], []))
    for side, file in enumerate((gold_file(feed), built / f"{feed}.jsonl")):
        for item in items(file):
            found[tuple(item[name] for name in identity)][side].append(item)
    return found


def test_what_the_reference_says_of_a_price_in_two_items_is_said_in_one(built):
    prices = both(built, "prices", "sku", "customerGroupCode", "websiteCode")
    split = [pair for pair in prices.values() if len(pair[0]) > 1]
    assert len(split) == 29
    for (rule, group), (here,) in split:
        codes = [[one["code"] for one in item["discounts"]] for item in (rule, group, here)]
        assert codes == [["catalog_rule"], ["group"], ["group", "catalog_rule"]]
        assert here["discounts"] == [*group["discounts"], *rule["discounts"]]


def test_a_tier_of_a_percentage_stays_one_beside_a_tier_of_a_price(built):
    prices = both(built, "prices", "sku", "customerGroupCode", "websiteCode")
    (reference,), (here,) = prices["MH02-L-Red", "0", "base"]
    assert reference["tierPrices"] == [{"qty": 5, "price": 28}, {"qty": 10, "price": 0}]
    assert here["tierPrices"] == [{"qty": 5, "price": 28}, {"qty": 10, "percentage": 15}]


def test_seven_orders_have_documents_whose_dates_the_reference_took_from_others(built):
    dates = {
        order: [
            {
                (kind, one["entityId"]): one["createdAt"]
                for kind in DATED
                for one in item[kind] or ()
            }
            for (item,) in pair
        ]
        for (order,), pair in both(built, "orders", "commerceOrderId").items()
    }
    differing = {order for order, (reference, here) in dates.items() if reference != here}
    assert len(differing) == 7
    reference, here = dates["4"]
    assert (reference["invoices", "3"], here["invoices", "3"]) == (
        "2026-11-23T15:27:04+00:00",
        "2026-11-23T15:26:54+00:00",
    )


def test_the_group_of_visitors_is_sent_which_a_full_sync_of_the_reference_leaves_out(built):
    groups = both(built, "scopesCustomerGroup", "customerGroupId")
    assert {group for (group,), (reference, _) in groups.items() if not reference} == {"0"}
    assert all(here for _, here in groups.values())
