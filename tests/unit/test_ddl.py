"""The text of changelogs and triggers."""

import itertools

import pytest

from changelog_triggers.ddl import (
    changelog_ddl,
    changelogs_in,
    compile_triggers,
    digest_of,
    made_for,
    row_statements,
)
from changelog_triggers.errors import CaptureError
from changelog_triggers.model import Changelog, Hop, Key, KeyType, Subscription
from changelog_triggers.naming import (
    Place,
    changelog_name,
    free_name,
    is_trigger_name,
    table_in,
    trigger_name,
)
from changelog_triggers.watch import Watch, merged, tables_of

PRODUCT = Changelog("product")
SKU = Changelog("sku", KeyType.TEXT)
COLUMNS = {
    "value": {"id": "int", "attribute_id": "smallint", "store_id": "smallint", "text": "varchar"},
    "entity": {"row_id": "int", "id": "int", "sku": "varchar"},
}
VALUE = Subscription(PRODUCT, "value", Key("id"), columns=("text",), attribute="attribute_id")


def compiled(*subscriptions, place=Place()):  # noqa: B008 — a frozen value
    watches = merged(subscriptions, COLUMNS)
    statements = [part for one in watches for part in row_statements(one, COLUMNS, place)]
    return compile_triggers(statements, place.prefix)


def body_of(event, *subscriptions, **options):
    return next(one.body for one in compiled(*subscriptions, **options) if one.event == event)


def test_an_update_trigger_reads_like_this():
    update = next(one for one in compiled(VALUE, place=Place("m_", "own")) if one.event == "UPDATE")
    head = "INSERT INTO `own`.`m_cfs_cl_product` (entity_id, source, attribute_id) VALUES "
    old = f"IF OLD.`id` IS NOT NULL THEN {head}(OLD.`id`, 'value', OLD.`attribute_id`); END IF;"
    new = f"IF NEW.`id` IS NOT NULL THEN {head}(NEW.`id`, 'value', NEW.`attribute_id`); END IF;"
    text = "CAST(OLD.`text` AS BINARY) <=> CAST(NEW.`text` AS BINARY)"
    assert update.body.splitlines() == [
        "BEGIN",
        f"/* feed-sync value {update.digest} */",
        "DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;",
        "IF NOT (OLD.`id` <=> NEW.`id`) OR NOT (OLD.`attribute_id` <=> NEW.`attribute_id`) THEN",
        old,
        new,
        f"ELSEIF NOT ({text}) THEN",
        new,
        "END IF;",
        "END",
    ]
    assert (update.table, update.timing, update.name) == (
        "value",
        "AFTER",
        f"m_cfs_value_au_{update.digest[:8]}",
    )


def test_the_columns_of_all_feeds_are_watched_by_one_statement():
    other = Subscription(PRODUCT, "value", Key("id"), columns=("store_id",))
    assert merged([VALUE, other, VALUE], COLUMNS) == (
        Watch(PRODUCT, "value", Key("id"), ("store_id", "text"), "attribute_id"),
    )


def test_a_statement_knows_all_who_read_what_it_writes():
    readers = [Subscription(PRODUCT, "value", Key("id"), reader=name) for name in ("b", "a", "b")]
    assert [one.readers for one in merged(readers, COLUMNS)] == [("a", "b")]


def test_the_order_of_the_feeds_makes_no_difference():
    subscriptions = (
        VALUE,
        Subscription(PRODUCT, "value", Key("store_id"), columns=("text",)),
        Subscription(SKU, "entity", Key("sku"), columns=("id",)),
        Subscription(PRODUCT, "value", Key("id"), columns=("store_id",)),
    )
    results = {compiled(*order) for order in itertools.permutations(subscriptions)}
    assert len(results) == 1
    assert len(results.pop()) == 6


def test_columns_that_the_shop_lacks_are_not_watched():
    newer = Subscription(PRODUCT, "value", Key("id"), columns=("text", "not_yet"))
    assert compiled(newer) == compiled(Subscription(PRODUCT, "value", Key("id"), ("text",)))


def test_an_update_that_nobody_could_care_for_has_no_trigger():
    events = {one.event for one in compiled(Subscription(PRODUCT, "value", Key(None)))}
    assert events == {"INSERT", "DELETE"}


def test_without_watched_columns_an_update_of_the_key_still_counts():
    body = body_of("UPDATE", Subscription(PRODUCT, "value", Key("id")))
    assert "ELSEIF" not in body
    assert body.count("INSERT INTO") == 2


def test_a_lookup_never_selects_into_the_changelog():
    key = Key("id", (Hop("entity", "row_id", "sku"),))
    body = body_of("INSERT", Subscription(SKU, "value", key))
    assert "SELECT h1.`sku` INTO cfs_id FROM `entity` h1 WHERE h1.`row_id` = NEW.`id`" in body
    assert "VALUES (cfs_id, 'value', NULL)" in body


def test_a_coarse_change_ends_its_source_with_a_star():
    coarse = body_of("INSERT", Subscription(PRODUCT, "value", Key(None)))
    assert "VALUES (0, 'value*', NULL);" in coarse
    coarse = body_of("INSERT", Subscription(SKU, "value", Key(None)))
    assert "VALUES ('', 'value*', NULL);" in coarse


@pytest.mark.parametrize(
    ("subscription", "message"),
    [
        (Subscription(PRODUCT, "nowhere", Key("id")), "no table nowhere"),
        (Subscription(PRODUCT, "value", Key("x")), "value has no column x"),
        (Subscription(PRODUCT, "value", Key("id"), attribute="y"), "value has no column y"),
        (Subscription(PRODUCT, "value", Key("id", (Hop("z", "a", "b"),))), "no table z"),
        (Subscription(PRODUCT, "value", Key("id", (Hop("entity", "a", "id"),))), "no column a"),
    ],
)
def test_what_a_subscription_needs_and_the_shop_lacks_is_named(subscription, message):
    with pytest.raises(CaptureError, match=message):
        merged([subscription], COLUMNS)


def test_an_optional_subscription_of_a_table_that_is_not_there_is_left_out():
    assert merged([Subscription(PRODUCT, "nowhere", Key("id"), optional=True)], COLUMNS) == ()


def test_two_attributes_of_one_row_can_t_be_noted():
    other = Subscription(PRODUCT, "value", Key("id"), attribute="store_id")
    with pytest.raises(CaptureError, match="attribute_id, store_id"):
        merged([VALUE, other], COLUMNS)


def test_the_tables_of_subscriptions_include_those_of_their_hops():
    key = Key("id", (Hop("entity", "row_id", "id"),))
    assert tables_of([VALUE, Subscription(SKU, "stock", key)]) == {"value", "stock", "entity"}


def test_the_digest_is_that_of_what_is_done_and_not_of_comments_and_blanks():
    body = body_of("UPDATE", VALUE)
    digest = next(one.digest for one in compiled(VALUE) if one.event == "UPDATE")
    without = "\n\n".join(line for line in body.split("\n") if "feed-sync" not in line)
    assert digest_of(body) == digest_of(without) == digest
    assert digest_of(body.replace("text", "store_id")) != digest
    assert (made_for(body), made_for(without)) == ("value", None)


def test_the_session_is_loosened_only_where_the_server_guards_snapshots():
    lookup = Subscription(SKU, "value", Key("id", (Hop("entity", "row_id", "sku"),)))
    setting = "innodb_snapshot_isolation"
    assert setting not in body_of("INSERT", lookup)
    guarded = body_of("INSERT", lookup, place=Place(guards_snapshots=True))
    assert guarded.count(setting) == 3


def test_a_trigger_tells_the_changelogs_it_writes():
    both = (VALUE, Subscription(SKU, "value", Key("text")))
    assert changelogs_in(body_of("INSERT", *both, place=Place("m_", "own"))) == ("product", "sku")


@pytest.mark.parametrize(
    ("key_type", "column"),
    [
        (KeyType.ID, "entity_id BIGINT UNSIGNED NOT NULL"),
        (KeyType.TEXT, "entity_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"),
    ],
)
def test_a_changelog_has_no_index_but_its_versions(key_type, column):
    text = changelog_ddl(Changelog("thing", key_type), "m_", "own")
    assert text.startswith("CREATE TABLE IF NOT EXISTS `own`.`m_cfs_cl_thing` (")
    assert column in text
    assert text.count("KEY") == 1
    assert changelog_name(Changelog("thing"), "m_") == "m_cfs_cl_thing"


@pytest.mark.parametrize("length", [1, 30, 44, 45, 46, 47, 60, 64])
@pytest.mark.parametrize("prefix", ["", "shop_"])
def test_a_trigger_name_always_fits_with_room_for_a_letter(length, prefix):
    table = "t" * length
    name = trigger_name(table, "BEFORE", "DELETE", "0123456789abcdef", prefix)
    assert len(name) <= 63
    assert is_trigger_name(name, prefix)
    assert is_trigger_name(free_name(name, frozenset({name})), prefix)
    assert table_in(name, prefix) in {table, None}


def test_long_names_with_the_same_beginning_stay_apart():
    names = {trigger_name("t" * 60 + end, "AFTER", "INSERT", "0" * 16) for end in "ab"}
    assert len(names) == 2


@pytest.mark.parametrize(
    "name", ["trg_value_after_insert", "m_cfs_value_ai_01234567", "cfs_value", "cfs_value_ai_xyz"]
)
def test_other_triggers_are_not_taken_for_ours(name):
    assert not is_trigger_name(name)


def test_a_free_name_is_found_where_the_trigger_moved_to_another_table():
    assert free_name("cfs_a_ai_0", frozenset()) == "cfs_a_ai_0"
    assert free_name("cfs_a_ai_0", frozenset({"cfs_a_ai_0"})) == "cfs_a_ai_0g"
