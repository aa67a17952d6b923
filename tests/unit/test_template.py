import re
import tomllib

import pytest
import sqlalchemy as sa

from daemon.section import Section
from daemon.settings import Settings, parse_settings
from daemon.template import filled_template, toml
from daemon.timing import duration, seconds_of

VALUES = {
    "database.url": 'mysql+pymysql://a:"b\\c%20@localhost/shop',
    "database.table_prefix": "m2_",
    "shop.config": {"web/unsecure/base_url": "https://shop.test/"},
}


def uncommented(text):
    """Each commented key with something behind it, and the headers."""
    return "\n".join(re.sub(r"^# (?=\[\w|\w+ = )", "", line) for line in text.splitlines())


def test_a_first_file_is_accepted_as_it_is():
    settings = parse_settings(tomllib.loads(filled_template({})))
    assert settings.database.address.startswith("mysql+pymysql://USER:PASSWORD@")
    assert settings.model_copy(update={"database": None}) == Settings.model_construct(database=None)


def test_values_are_filled_in():
    settings = parse_settings(tomllib.loads(filled_template(VALUES)))
    assert sa.make_url(settings.database.url) == sa.make_url(VALUES["database.url"])
    assert settings.database.table_prefix == "m2_"
    assert settings.shop.config == VALUES["shop.config"]


def test_what_stands_behind_the_marks_is_the_default():
    data = tomllib.loads(uncommented(filled_template({})))
    for section in ("schedule", "sync", "retry", "log", "shop", "feeds"):
        filled = parse_settings(
            {"database": {"url": data["database"]["url"]}, section: data[section]}
        )
        assert getattr(filled, section) == Settings.model_fields[section].default


def test_every_setting_is_there():
    data = tomllib.loads(uncommented(filled_template({})))
    data["destinations"] = data["destinations"]["live"]
    for section, field in Settings.model_fields.items():
        kind = field.annotation
        if hasattr(kind, "model_fields"):
            assert list(data[section]) == list(kind.model_fields)
    assert "request" in data["destinations"]
    assert "url" in data["destinations"]


def test_lines_are_not_too_long():
    assert max(map(len, filled_template({}).splitlines())) <= 100


@pytest.mark.parametrize(
    "value",
    ["", 'a "b" \\ \n \x7f €', 5, 1.5, True, ["a", "b"], [], {}, {"a/b": "c", "d": {"e": 1}}],
)
def test_values_are_written_so_that_they_are_read_back(value):
    assert tomllib.loads(f"x = {toml(value)}")["x"] == value


@pytest.mark.parametrize("text", ["500ms", "1s", "90s", "5m", "2h", "7d"])
def test_a_duration_is_written_with_its_unit(text):
    assert duration(seconds_of(text)) == text


def test_every_setting_is_explained():
    silent = [
        f"{section.__name__}.{name}"
        for section in Section.__subclasses__()
        for name, field in section.model_fields.items()
        if section is not Settings and not field.description and name != "request"
    ]
    assert silent == []
