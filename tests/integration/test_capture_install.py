"""Installing, repairing and removing triggers, on a real server."""

import re

import pytest
import sqlalchemy as sa
from capture_tables import (
    BY_ROW,
    ENTITY,
    NAMES,
    PRODUCT,
    SKU,
    STAGED_TABLES,
    TABLES,
    VARCHAR,
    changes,
    create,
    installed,
    names,
    run,
    triggers,
)

from changelog_triggers import (
    CaptureError,
    Status,
    install,
    install_sql,
    missing_changelogs,
    read_server,
    read_states,
    tables_of,
    uninstall,
    uninstall_sql,
)
from changelog_triggers.model import Key, Subscription
from daemon.sandbox.mariadb import private_server

ALL = (ENTITY, VARCHAR, NAMES)
CPE, CPEV = ENTITY.table, VARCHAR.table
WHERE = "trigger_name, event_object_table, action_timing, event_manipulation"


@pytest.fixture
def shop(engine):
    create(engine, *TABLES)
    return engine


def states_of(engine, subscriptions=ALL, **place):
    with engine.connect() as connection:
        return read_states(connection, subscriptions, **place)


def found(states):
    return sorted((state.status.name, state.table, state.event) for state in states)


def test_one_trigger_stands_on_each_table_for_each_event(shop):
    installed(shop, ALL)
    rows = triggers(shop, "event_object_table, action_timing, event_manipulation")
    assert sorted(rows) == [
        (CPE, "AFTER", "DELETE"),
        (CPE, "AFTER", "INSERT"),
        (CPE, "AFTER", "UPDATE"),
        (CPEV, "AFTER", "DELETE"),
        (CPEV, "AFTER", "INSERT"),
        (CPEV, "AFTER", "UPDATE"),
    ]
    assert {state.status for state in states_of(shop)} == {Status.INSTALLED}


def test_before_the_first_install_everything_is_missing(shop):
    with shop.connect() as connection:
        states = install(connection, ALL)
    assert {state.status for state in states} == {Status.MISSING}
    assert [state.changelogs for state in states if state.table == CPE] == [("product", "sku")] * 3


def test_a_second_install_changes_nothing(shop):
    installed(shop, ALL)
    before = triggers(shop, f"{WHERE}, created")
    with shop.connect() as connection:
        assert install_sql(connection, ALL) == ""
        install(connection, reversed(ALL))
    assert triggers(shop, f"{WHERE}, created") == before


def test_triggers_follow_how_the_server_guards_snapshots(tmp_path, program):
    subscription = Subscription(PRODUCT, CPEV, BY_ROW)
    with private_server(tmp_path, program=program) as server:
        engine = sa.create_engine(f"{server.url}mysql", poolclass=sa.NullPool)
        if not names(engine, "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'"):
            pytest.skip("this server never does")
        run(engine, "CREATE DATABASE shop", "SET GLOBAL innodb_snapshot_isolation = OFF")
        shop = sa.create_engine(f"{server.url}shop", poolclass=sa.NullPool)
        create(shop, *STAGED_TABLES)
        installed(shop, [subscription])
        run(engine, "SET GLOBAL innodb_snapshot_isolation = ON")
        assert {one.status for one in states_of(shop, [subscription])} == {Status.OUTDATED}
        installed(shop, [subscription])
        assert {one.status for one in states_of(shop, [subscription])} == {Status.INSTALLED}


def test_a_repeated_subscription_makes_no_difference(shop):
    installed(shop, ALL)
    assert {one.status for one in states_of(shop, [*ALL, *ALL])} == {Status.INSTALLED}


def test_an_outdated_trigger_is_replaced_and_no_other_is_touched(shop):
    installed(shop, ALL)
    before = set(triggers(shop, f"{WHERE}, created"))
    wider = Subscription(ENTITY.changelog, CPE, ENTITY.key, columns=("updated_at",))
    assert ("OUTDATED", CPE, "UPDATE") in found(states_of(shop, [*ALL, wider]))
    installed(shop, [*ALL, wider])
    after = set(triggers(shop, f"{WHERE}, created"))
    assert [row[1:4] for row in before - after] == [(CPE, "AFTER", "UPDATE")]
    assert [row[1:4] for row in after - before] == [(CPE, "AFTER", "UPDATE")]
    run(shop, f"INSERT INTO {CPE} (entity_id) VALUES (1)")
    changes(shop)
    run(shop, f"UPDATE {CPE} SET updated_at = '2020-01-01'")
    assert changes(shop) == [(1, CPE, None)]


def test_a_replacement_leaves_no_moment_without_a_trigger(shop):
    installed(shop, ALL)
    wider = Subscription(ENTITY.changelog, CPE, ENTITY.key, columns=("updated_at",))
    with shop.connect() as connection:
        lines = install_sql(connection, [*ALL, wider]).splitlines()
    verbs = [line.split()[0] for line in lines if line.startswith(("CREATE", "DROP"))]
    assert verbs == ["CREATE", "DROP"]


def test_a_trigger_whose_text_was_tampered_with_is_outdated_whatever_its_comment_says(shop):
    installed(shop, [VARCHAR])
    server = read(shop, [VARCHAR])
    victim = next(one for one in server.triggers if one.event == "INSERT")
    body = victim.body.replace("71", "72").replace("NEW.`attribute_id`", "NULL")
    run(
        shop,
        f"DROP TRIGGER {victim.name}",
        f"CREATE TRIGGER {victim.name} AFTER INSERT ON {CPEV} FOR EACH ROW {body}",
    )
    assert ("OUTDATED", CPEV, "INSERT") in found(states_of(shop, [VARCHAR]))
    installed(shop, [VARCHAR])
    assert {one.status for one in states_of(shop, [VARCHAR])} == {Status.INSTALLED}
    assert len(triggers(shop)) == 4


def read(engine, subscriptions):
    with engine.connect() as connection:
        return read_server(connection, tables=tables_of(subscriptions))


def test_a_trigger_that_nobody_wants_any_more_is_dropped(shop):
    installed(shop, ALL)
    orphaned = [one for one in found(states_of(shop, [ENTITY, NAMES])) if one[0] == "ORPHANED"]
    assert orphaned == [("ORPHANED", CPEV, event) for event in ("DELETE", "INSERT", "UPDATE")]
    installed(shop, [ENTITY, NAMES])
    assert {row[1] for row in triggers(shop, WHERE)} == {CPE}


def test_a_lost_trigger_is_restored(shop):
    installed(shop, ALL)
    run(shop, f"DROP TRIGGER {triggers(shop)[0][0]}")
    assert [one.status for one in states_of(shop)].count(Status.MISSING) == 1
    installed(shop, ALL)
    assert len(triggers(shop)) == 6


def test_a_lost_changelog_is_restored(shop):
    installed(shop, ALL)
    run(shop, "DROP TABLE cfs_cl_sku")
    with shop.connect() as connection:
        server = read_server(connection, tables=tables_of(ALL))
        assert missing_changelogs(ALL, server) == ("cfs_cl_sku",)
    installed(shop, ALL)
    run(shop, f"INSERT INTO {CPE} (entity_id, sku) VALUES (1, 'x')")
    assert changes(shop, SKU) == [("x", CPE, None)]


PRICE = "CREATE TABLE {} (id INT PRIMARY KEY, product_id INT, price INT) ENGINE=InnoDB"
PRICES = tuple(
    Subscription(ENTITY.changelog, name, Key("product_id"), columns=("price",))
    for name in ("rule_price", "rule_price_replica")
)


def test_after_two_tables_were_swapped_each_gets_its_own_triggers_again(engine):
    create(engine, *(PRICE.format(one.table) for one in PRICES))
    installed(engine, PRICES)
    run(
        engine,
        "RENAME TABLE rule_price TO x, rule_price_replica TO rule_price, x TO rule_price_replica",
    )
    states = states_of(engine, PRICES)
    assert {(one.status, one.has_moved) for one in states} == {(Status.OUTDATED, True)}
    installed(engine, PRICES)
    run(engine, "INSERT INTO rule_price VALUES (1, 5, 1)")
    assert changes(engine) == [(5, "rule_price", None)]
    assert len(triggers(engine)) == 6
    installed(engine, PRICES)
    assert {(one.status, one.has_moved) for one in states_of(engine, PRICES)} == {
        (Status.INSTALLED, False)
    }


def test_a_swap_is_seen_even_where_a_restore_has_lost_the_comments(engine):
    create(engine, PRICE.format("rule_price"))
    installed(engine, PRICES[:1])
    for trigger in read(engine, PRICES[:1]).triggers:
        bare = re.sub(r"/\*.*?\*/\n", "", trigger.body)
        assert bare != trigger.body
        run(
            engine,
            f"DROP TRIGGER {trigger.name}",
            f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON rule_price "
            f"FOR EACH ROW {bare}",
        )
    assert {one.status for one in states_of(engine, PRICES[:1])} == {Status.INSTALLED}
    run(engine, "RENAME TABLE rule_price TO rule_price_old")
    create(engine, PRICE.format("rule_price"))
    assert {one.table for one in states_of(engine, PRICES[:1]) if one.has_moved} == {
        "rule_price_old"
    }


def test_a_trigger_that_moved_to_a_table_nobody_watches_is_orphaned(engine):
    create(engine, PRICE.format("rule_price"))
    installed(engine, PRICES[:1])
    run(engine, "RENAME TABLE rule_price TO rule_price_old")
    create(engine, PRICE.format("rule_price"))
    states = states_of(engine, PRICES[:1])
    assert {(one.status.name, one.table, one.has_moved) for one in states} == {
        ("MISSING", "rule_price", False),
        ("ORPHANED", "rule_price_old", True),
    }
    installed(engine, PRICES[:1])
    assert {row[1] for row in triggers(engine, WHERE)} == {"rule_price"}


MVIEW_LOG = """CREATE TABLE cde_products_feed_cl (
    version_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, entity_id INT UNSIGNED NOT NULL)"""
MVIEW_TRIGGER = """CREATE TRIGGER trg_{0}_after_{1} AFTER {1} ON {0} FOR EACH ROW BEGIN
INSERT IGNORE INTO cde_products_feed_cl (entity_id) VALUES ({2}.entity_id); END"""
MVIEW = (
    MVIEW_LOG,
    MVIEW_TRIGGER.format(CPE, "insert", "NEW"),
    MVIEW_TRIGGER.format(CPE, "delete", "OLD"),
)


@pytest.mark.parametrize("is_first", [True, False])
def test_mview_and_we_don_t_see_each_other(shop, is_first):
    if is_first:
        run(shop, *MVIEW)
    installed(shop, ALL)
    if not is_first:
        run(shop, *MVIEW)
    run(shop, f"INSERT INTO {CPE} (entity_id) VALUES (3)", f"DELETE FROM {CPE}")
    assert names(shop, "SELECT entity_id FROM cde_products_feed_cl") == [3, 3]
    assert changes(shop) == [(3, CPE, None), (3, CPE, None)]
    with shop.connect() as connection:
        assert install_sql(connection, ALL) == ""
        uninstall(connection)
    assert [row[0] for row in triggers(shop)] == [
        f"trg_{CPE}_after_delete",
        f"trg_{CPE}_after_insert",
    ]


@pytest.fixture
def own_schema(server_url, database_url):
    name = sa.make_url(database_url).database + "_own"
    server = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield name
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")


@pytest.mark.parametrize("prefix", ["", "m_"])
@pytest.mark.parametrize("is_apart", [False, True])
def test_uninstall_leaves_no_trace(engine, own_schema, prefix, is_apart):
    create(engine, *TABLES, prefix=prefix)
    tables = names(engine, "SHOW TABLES")
    place = {"prefix": prefix, "schema": own_schema if is_apart else ""}
    installed(engine, ALL, **place)
    assert (len(names(engine, "SHOW TABLES")) > len(tables)) is not is_apart
    run(engine, f"INSERT INTO {prefix}{CPE} (entity_id) VALUES (3)")
    assert changes(engine, **place) == [(3, CPE, None)]
    with engine.connect() as connection:
        script = uninstall_sql(connection, **place)
        uninstall(connection, **place)
        assert uninstall_sql(connection, **place) == ""
    assert script.index("DROP TRIGGER") < script.index("DROP TABLE")
    assert triggers(engine) == []
    assert names(engine, "SHOW TABLES") == tables
    assert names(engine, f"SHOW TABLES IN {own_schema}") == []


def test_shops_of_two_prefixes_in_one_schema_don_t_touch_each_other(engine):
    create(engine, *TABLES)
    create(engine, *TABLES, prefix="m_")
    installed(engine, ALL)
    installed(engine, ALL, prefix="m_")
    with engine.connect() as connection:
        uninstall(connection)
    assert {state.status for state in states_of(engine, prefix="m_")} == {Status.INSTALLED}
    left = [name for name in names(engine, "SHOW TABLES") if "cfs" in name]
    assert left == ["m_cfs_cl_product", "m_cfs_cl_sku"]


def test_a_long_table_name_gets_a_trigger_all_the_same(engine):
    long = "catalog_product_entity_with_a_name_as_long_as_any_server_takes_"
    subscriptions = [
        Subscription(ENTITY.changelog, long + end, Key("id"), columns=("n",)) for end in "ab"
    ]
    create(engine, *(f"CREATE TABLE {one.table} (id INT, n INT)" for one in subscriptions))
    installed(engine, subscriptions)
    assert max(len(row[0]) for row in triggers(engine)) <= 64
    run(engine, *(f"INSERT INTO {one.table} VALUES (1, 1)" for one in subscriptions))
    assert changes(engine) == [(1, long + "a", None), (1, long + "b", None)]
    assert {one.status for one in states_of(engine, subscriptions)} == {Status.INSTALLED}
    with engine.connect() as connection:
        uninstall(connection)
    assert triggers(engine) == []


def test_an_optional_table_that_the_shop_lacks_is_passed_over(shop):
    optional = Subscription(ENTITY.changelog, "nowhere", Key("id"), optional=True)
    installed(shop, [ENTITY, optional])
    assert {row[1] for row in triggers(shop, WHERE)} == {CPE}


def test_a_table_that_must_be_there_is_named(shop):
    with pytest.raises(CaptureError, match=r"no table nowhere.*changelog product.*prefix"):
        installed(shop, [Subscription(ENTITY.changelog, "nowhere", Key("id"))])
    assert triggers(shop) == []


def test_the_session_is_left_as_it_was(shop):
    query = "SELECT @@SESSION.sql_mode, @@SESSION.lock_wait_timeout"
    with shop.connect() as connection:
        connection.exec_driver_sql("SET SESSION sql_mode = 'ANSI_QUOTES', lock_wait_timeout = 77")
        install(connection, ALL)
        assert tuple(connection.exec_driver_sql(query).one()) == ("ANSI_QUOTES", 77)
    assert {state.status for state in states_of(shop)} == {Status.INSTALLED}


def test_a_table_in_use_is_not_waited_for_long_and_the_rest_is_done_next_time(shop):
    with shop.connect() as busy, shop.connect() as connection:
        busy.exec_driver_sql(f"SELECT * FROM {CPEV}")
        with pytest.raises(CaptureError, match=f"{CPEV} is in use.*1 seconds"):
            install(connection, ALL, lock_wait_seconds=1)
        busy.commit()
        assert {row[1] for row in triggers(shop, WHERE)} == {CPE}
        install(connection, ALL)
    assert len(triggers(shop)) == 6


def test_only_one_process_installs_at_a_time(shop):
    with shop.connect() as other, shop.connect() as connection:
        other.exec_driver_sql("SELECT GET_LOCK(CONCAT('cfs_install_', DATABASE()), 0)")
        with pytest.raises(CaptureError, match="Another process"):
            install(connection, ALL, lock_wait_seconds=1)
    assert triggers(shop) == []


def test_the_printed_script_runs_statement_by_statement(shop):
    with shop.connect() as connection:
        script = install_sql(connection, ALL)
        assert triggers(shop) == []
        body = script.split("DELIMITER ;;\n")[1].split("DELIMITER ;\n")[0]
        for statement in body.split(";;\n")[:-1]:
            connection.exec_driver_sql(statement)
        assert install_sql(connection, ALL) == ""


HOSTS = ("%%", "localhost")
"""Where an account comes from (the driver halves the percent signs); twice, for a server may have a
nameless account for localhost.
"""


@pytest.fixture
def account(shop):
    database = shop.url.database
    name = f"guest_{database}"
    run(shop, *(f"CREATE USER {name}@'{host}' IDENTIFIED BY 'guest'" for host in HOSTS))
    rights = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP"
    run(shop, *(f"GRANT {rights} ON `{database}`.* TO {name}@'{host}'" for host in HOSTS))
    engine = sa.create_engine(shop.url.set(username=name, password="guest"))
    yield engine
    engine.dispose()
    run(shop, *(f"DROP USER {name}@'{host}'" for host in HOSTS))


def test_an_account_that_may_not_create_triggers_is_told_what_to_grant(shop, account):
    with account.connect() as connection, pytest.raises(CaptureError) as error:
        install(connection, ALL)
    text = str(error.value)
    database = shop.url.database
    assert f"GRANT SELECT, TRIGGER ON `{database}`.* TO 'guest_{database}'@'" in text
    assert CPE in text


def test_an_account_that_may_not_create_changelogs_is_told_what_to_grant(shop, account, own_schema):
    with account.connect() as connection, pytest.raises(CaptureError) as error:
        install(connection, ALL, schema=own_schema)
    grant = f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `{own_schema}`.*"
    assert grant in str(error.value)


def test_a_schema_that_is_not_there_is_named(shop):
    with shop.connect() as connection, pytest.raises(CaptureError, match="CREATE DATABASE `void`"):
        install(connection, ALL, schema="void")


BARE = ("CREATE TABLE {p}thing (id INT PRIMARY KEY) ENGINE=InnoDB",)
THING = Subscription(ENTITY.changelog, "thing", Key(None))


def test_a_server_with_a_binary_log_that_trusts_nobody_is_told_how_to(tmp_path, program):
    with private_server(tmp_path, "--log-bin=log", program=program) as server:
        admin = sa.create_engine(server.url, poolclass=sa.NullPool)
        run(
            admin,
            "CREATE DATABASE shop",
            *(one.replace("TABLE {p}", "TABLE shop.") for one in BARE),
        )
        for host in HOSTS:
            run(
                admin,
                f"CREATE USER guest@'{host}' IDENTIFIED BY 'guest'",
                f"GRANT ALL ON shop.* TO guest@'{host}'",
            )
        url = sa.make_url(server.url).set(username="guest", password="guest", database="shop")
        guest = sa.create_engine(url, poolclass=sa.NullPool)
        with guest.connect() as connection, pytest.raises(CaptureError) as error:
            install(connection, [THING])
        assert "SET GLOBAL log_bin_trust_function_creators = 1;" in str(error.value)
        run(admin, "SET GLOBAL log_bin_trust_function_creators = 1")
        with guest.connect() as connection:
            assert len(install(connection, [THING])) == 2
