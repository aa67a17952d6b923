from __future__ import annotations

import os
import re

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from daemon.core.options import FeedOptions
from daemon.errors import ConfigurationError
from daemon.overrides import overridden
from daemon.secret import masked
from daemon.settings import Settings, load_settings, parse_settings

URL = "mysql+pymysql://shop:s3cret@localhost:3306/luma?charset=utf8mb4"
MINIMAL = {"database": {"url": URL}}


def with_keys(**sections):
    return {**MINIMAL, **sections}


def refusal(data):
    with pytest.raises(ConfigurationError) as refused:
        parse_settings(data)
    return str(refused.value)


def test_an_address_is_all_it_takes():
    settings = parse_settings(MINIMAL)
    assert settings.database.address == URL
    assert settings.schedule.sync == "1s"
    assert settings.sync.stop_timeout == 30.0


def test_settings_can_not_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        parse_settings(MINIMAL).log.level = "DEBUG"


def test_a_refusal_ends_the_command_with_78():
    assert ConfigurationError.exit_code == 78


@pytest.mark.parametrize(
    ("sections", "line"),
    [
        ({"logs": {}}, "logs: unknown setting. Did you mean log?"),
        ({"log": {"levle": "INFO"}}, "log.levle: unknown setting. Did you mean level?"),
        (
            {"log": {"zzz": 1}},
            "log.zzz: unknown setting. Known here: format, level.",
        ),
        (
            {"destinations": {"live": {"url": "https://x.test", "tokenfile": "a"}}},
            "destinations.live.tokenfile: unknown setting. Did you mean token_file?",
        ),
        (
            {"destinations": {"live": {"url": "https://x.test", "request": {"atempts": 2}}}},
            "destinations.live.request.atempts: unknown setting. Did you mean attempts?",
        ),
        (
            {"log": {"level": "LOUD"}},
            "log.level: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
        ),
        (
            {"destinations": {"b\xfcro": {"kind": "file", "directory": "x"}}},
            "destinations.b\xfcro: String should match pattern '^[A-Za-z0-9._-]{1,64}$'",
        ),
        ({"sync": {"claim": "4s"}}, "sync.claim: Input should be greater than or equal to 5"),
        ({"sync": {"workers": 0}}, "sync.workers: Input should be greater than or equal to 1"),
        (
            {"sync": {"workers": "two"}},
            "sync.workers: Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            {"sync": {"claim": "5 parsecs"}},
            "sync.claim: '5 parsecs' is not a duration such as 500ms, 1s, 5m, 2h or 7d",
        ),
        ({"sync": {"claim": "0s"}}, "sync.claim: Input should be greater than 0"),
        (
            {"sync": {"batch_entities": {"products": 0}}},
            "sync.batch_entities.products: Input should be greater than or equal to 1",
        ),
        (
            {"schedule": {"sync": "soon"}},
            "schedule.sync: 'soon' is neither a duration nor a cron expression of five fields",
        ),
        (
            {"schedule": {"audit": "* * * *"}},
            "schedule.audit: '* * * *' is neither a duration nor a cron expression of five fields",
        ),
        (
            {"schedule": {"purge": "61 * * * *"}},
            (
                "schedule.purge: Error validating expression '61': "
                "the last value (61) is higher than the maximum value (59)"
            ),
        ),
        ({"schedule": {"sync": "0s"}}, "schedule.sync: an interval must be longer than nothing"),
        (
            {"destinations": {"live": {"kind": "file"}}},
            'destinations.live: kind = "file" needs directory',
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(sections, line):
    assert refusal(with_keys(**sections)) == line


@pytest.mark.parametrize(
    ("database", "line"),
    [
        ({}, "database: set either url or url_file"),
        ({"url": URL, "url_file": "x"}, "database: set either url or url_file"),
        ({"url": "sqlite:///x.db"}, "database.url: sqlite is not a database of a shop; it looks"),
        ({"url": "mysql+pymysql://shop:s3cret@localhost"}, "database.url: names no schema; it"),
        ({"url": "s3cret"}, "database.url: is not a database URL; it looks like"),
        ({"url": URL.replace("s3", "s3 s3")}, "database.url: holds white space; write a space as"),
        (
            {"url": URL, "table_prefix": "a-b"},
            "database.table_prefix: String should match pattern '^\\w*$'",
        ),
    ],
)
def test_a_wrong_database_is_refused_without_its_password(database, line):
    told = refusal({"database": database})
    assert told.startswith(line)
    assert "s3cret" not in told


@pytest.mark.parametrize("who", ["shop@host:S3CRET", "shop:S3/CRET", "shop:S3%20CRET"])
def test_no_password_of_an_address_is_shown_whatever_it_holds(who):
    address = f"mysql+pymysql://{who}@db.example:3306/shop?charset=utf8mb4"
    settings = parse_settings({"database": {"url": address}})
    shown = masked(settings.model_dump(mode="json"))["database"]["url"]
    assert re.fullmatch(r"mysql\+pymysql://[a-z%0-9]+:\*+@db.example:3306/shop.*", shown)
    assert sa.make_url(settings.database.address) == sa.make_url(address)


def test_a_missing_section_is_named():
    assert refusal({}) == "database: is missing"


def test_all_wrong_keys_are_reported_at_once():
    told = refusal({"databse": {}, "log": {"level": 1}, "sync": {"workers": 99, "wrokers": 2}})
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "database",
        "sync.workers",
        "sync.wrokers",
        "log.level",
        "databse",
    ]


def test_a_missing_file_names_the_command_that_writes_one(tmp_path):
    with pytest.raises(ConfigurationError, match=r"No such file.*feed-sync init"):
        load_settings(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"[database", "Expected ']'"), (b"a = '\xff'", "it is not UTF-8 text")],
)
def test_a_file_that_is_not_toml_is_refused(tmp_path, content, reason):
    (tmp_path / "feed-sync.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=f"is not TOML: {reason}"):
        load_settings(tmp_path / "feed-sync.toml", {})


def test_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / "feed-sync.toml"
    file.write_text(f'[database]\nurl = "{URL}"\n[log]\nlevel = "ERROR"\n', encoding="utf-8")
    settings = load_settings(file, {"FEED_SYNC__LOG__LEVEL": "DEBUG", "LOG__LEVEL": "WARNING"})
    assert settings.log.level == "DEBUG"


@pytest.mark.parametrize(
    ("variable", "text", "place"),
    [
        ("SYNC__WORKERS", "7", ("sync", "workers", 7)),
        ("SYNC__CLAIM", "2m", ("sync", "claim", 120.0)),
        ("SYNC__BATCH_ENTITIES", '{"products": 5}', ("sync", "batch_entities", {"products": 5})),
        (
            "SYNC__BATCH_ENTITIES__productAttributes",
            "9",
            ("sync", "batch_entities", {"productAttributes": 9}),
        ),
        ("sync__Executor", "inline", ("sync", "executor", "inline")),
    ],
)
def test_a_variable_is_read_as_its_setting_is(variable, text, place):
    data = overridden(MINIMAL, {f"FEED_SYNC__{variable}": text}, Settings)
    section, key, value = place
    assert getattr(getattr(parse_settings(data), section), key) == value


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("LIVE_EU__TOKEN", "[not json", "token", "[not json"),
        ("LIVE_EU__BATCH_BYTES", "2048", "batch_bytes", 2048),
        ("LIVE_EU__REQUEST__GZIP", "false", "request", False),
        ("Live_EU__FEEDS", '["products", "prices"]', "feeds", ("products", "prices")),
    ],
)
def test_a_destination_with_capitals_and_dashes_can_be_overridden(variable, text, key, value):
    data = with_keys(destinations={"Live-EU": {"url": "https://x.test"}})
    environment = {f"FEED_SYNC__DESTINATIONS__{variable}": text}
    settings = parse_settings(overridden(data, environment, Settings))
    assert list(settings.destinations) == ["Live-EU"]
    found = getattr(settings.destinations["Live-EU"], key)
    assert (found.gzip if key == "request" else found) == value


def test_a_destination_can_come_from_the_environment_alone():
    environment = {"FEED_SYNC__DESTINATIONS__LIVE__URL": "https://x.test"}
    settings = parse_settings(overridden(MINIMAL, environment, Settings))
    assert settings.destinations["live"].url == "https://x.test"


def test_the_environment_changes_no_data_of_the_caller():
    data = with_keys(log={})
    overridden(data, {"FEED_SYNC__LOG__LEVEL": "DEBUG"}, Settings)
    assert data == with_keys(log={})


@pytest.mark.parametrize(
    "variable", ["FEED_SYNC__", "FEED_SYNC__LOG__LEVEL__X", "FEED_SYNC__LOG__"]
)
def test_a_variable_that_leads_nowhere_is_refused(variable):
    with pytest.raises(ConfigurationError, match=f"{variable}: no setting"):
        overridden(with_keys(log={"level": "INFO"}), {variable: "x"}, Settings)


def test_an_unknown_variable_is_refused_like_an_unknown_key():
    data = overridden(MINIMAL, {"FEED_SYNC__LOG__LEVLE": "INFO"}, Settings)
    assert refusal(data) == "log.levle: unknown setting. Did you mean level?"


def test_the_address_is_read_from_its_file(tmp_path):
    (tmp_path / "url").write_text(URL + "\n", encoding="utf-8")
    assert parse_settings({"database": {"url_file": str(tmp_path / "url")}}).database.address == URL


def test_the_address_is_read_from_a_credential_of_systemd(tmp_path, monkeypatch):
    (tmp_path / "database-url").write_text(URL, encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    settings = parse_settings({"database": {"url_file": "credential:database-url"}})
    assert settings.database.address == URL


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/no/such", "can't read /no/such: No such file or directory"),
        ("credential:url", r"credential:url needs \$CREDENTIALS_DIRECTORY"),
    ],
)
def test_an_unreadable_secret_names_its_setting(name, reason, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    settings = parse_settings({"database": {"url_file": name}})
    with pytest.raises(ConfigurationError, match=f"database.url_file: {reason}"):
        _ = settings.database.address


def test_a_file_with_something_else_than_an_address_is_refused_unquoted(tmp_path):
    (tmp_path / "url").write_text("only-a-pa55word", encoding="utf-8")
    settings = parse_settings({"database": {"url_file": str(tmp_path / "url")}})
    with pytest.raises(ConfigurationError, match=r"database.url_file: its text is not") as refused:
        _ = settings.database.address
    assert "pa55word" not in str(refused.value)


def test_no_secret_stands_in_a_repr():
    live = {
        "url": "https://user:pa55word@x.test",
        "auth": "bearer",
        "token": "t0ken",
        "api_key": "k3y",
        "client_secret": "hu5h",
        "headers": {"Authorization": "Basic abc", "x-api-key": "k3y", "X-Team": "catalog"},
    }
    text = repr(parse_settings(with_keys(destinations={"live": live})))
    assert not [
        word for word in ("s3cret", "pa55word", "t0ken", "k3y", "hu5h", "abc") if word in text
    ]
    assert "catalog" in text
    assert "mysql+pymysql://shop:********@localhost:3306/luma" in text


def test_no_secret_stands_in_a_refusal():
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"database": {"url": URL, "table_prefix": "s3cret!"}})
    assert "s3cret" not in str(refused.value)


def test_the_process_environment_is_used_unless_another_is_given(tmp_path, monkeypatch):
    file = tmp_path / "feed-sync.toml"
    file.write_text(f'[database]\nurl = "{URL}"\n', encoding="utf-8")
    monkeypatch.setitem(os.environ, "FEED_SYNC__LOG__LEVEL", "ERROR")
    assert load_settings(file).log.level == "ERROR"


def test_options_of_the_feeds_hold_each_code_once_in_order():
    given = {"system_attributes": ["url_key", "cost", "url_key"], "orders": {"max_age": "7d"}}
    assert parse_settings(with_keys(feeds=given)).feeds.options == FeedOptions(
        system_attributes=("cost", "url_key"), orders_max_age_seconds=7 * 86400.0
    )


def test_feeds_are_built_as_in_the_reference_unless_set_otherwise():
    assert parse_settings(MINIMAL).feeds.options == FeedOptions()


@pytest.mark.parametrize(
    ("feeds", "line"),
    [
        ({"directive": "keep"}, "feeds.directive: unknown setting. Did you mean directives?"),
        ({"order": {}}, "feeds.order: unknown setting. Did you mean orders?"),
        (
            {"orders": {"maxage": 1}},
            "feeds.orders.maxage: unknown setting. Did you mean max_age?",
        ),
        (
            {"extra_attributes": ["ac_tax"]},
            (
                "feeds.extra_attributes.0: Input should be 'ac_attribute_set', 'ac_inventory' or"
                " 'ac_tax_class'"
            ),
        ),
        ({"directives": "drop"}, "feeds.directives: Input should be 'keep' or 'strip'"),
    ],
)
def test_a_wrong_option_of_the_feeds_is_named(feeds, line):
    assert refusal(with_keys(feeds=feeds)) == line
