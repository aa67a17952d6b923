"""The command line as people and programs call it: a real process each time."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import tomllib
import uuid

import pytest

from daemon.settings import load_settings

URL = "mysql+pymysql://shop:s3cret@localhost/luma"


@pytest.fixture
def feed_sync(tmp_path):
    def run(*arguments, **environment):
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FEED_SYNC") and name not in {"RUNTIME_DIRECTORY", "NO_COLOR"}
        }
        return subprocess.run(
            [sys.executable, "-m", "daemon", *map(str, arguments)],
            cwd=tmp_path,
            env={**kept, **environment},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run


@pytest.fixture
def settings_file(tmp_path):
    file = tmp_path / "feed-sync.toml"
    file.write_text(f'[database]\nurl = "{URL}"\n', encoding="utf-8")
    return file


@pytest.fixture
def commerce_root(tmp_path):
    root = tmp_path / "shop"
    (root / "app" / "etc").mkdir(parents=True)
    (root / "app" / "etc" / "env.php").write_text(
        """<?php return ['db' => ['table_prefix' => 'm2_', 'connection' => ['default' => [
            'host' => 'db:3307', 'dbname' => 'shop', 'username' => 'u', 'password' => 's3cret']]],
            'system' => ['default' => ['web' => ['seo' => ['use_rewrites' => '1']]],
                'stores' => ['en' => ['web' => ['seo' => ['use_rewrites' => '0']]]]]];""",
        encoding="utf-8",
    )
    return root


def test_help_names_every_command(feed_sync):
    done = feed_sync("--help")
    assert done.returncode == 0
    for name in ("init", "config", "healthcheck", "sandbox"):
        assert f"\n  {name} " in done.stdout


def test_the_version_is_told(feed_sync):
    assert feed_sync("--version").stdout.startswith("feed-sync, version ")


@pytest.mark.parametrize("arguments", [["nope"], ["--nope"], ["config", "nope"], ["init", "--x"]])
def test_wrong_usage_ends_with_2(feed_sync, arguments):
    done = feed_sync(*arguments)
    assert done.returncode == 2
    assert "Usage: feed-sync" in done.stderr


def test_a_missing_settings_file_ends_with_78_and_no_traceback(feed_sync):
    done = feed_sync("config", "validate")
    assert done.returncode == 78
    assert done.stderr == (
        "feed-sync: can't read feed-sync.toml: No such file or directory."
        " `feed-sync init` writes a first one.\n"
    )


def test_wrong_settings_end_with_78_and_name_all_keys(feed_sync, settings_file):
    settings_file.write_text("[database]\nurll = 'x'\n[log]\nlevel = 'LOUD'\n", encoding="utf-8")
    done = feed_sync("config", "validate")
    assert done.returncode == 78
    assert "database.urll: unknown setting. Did you mean url?" in done.stderr
    assert "log.level: " in done.stderr
    assert "Traceback" not in done.stderr


def test_right_settings_are_told_so(feed_sync, settings_file):
    done = feed_sync("--config", settings_file, "config", "validate")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{settings_file}: 0 destination(s), all settings right\n"
        "Nothing will be sent: say where to under [destinations.NAME].\n"
    )


def test_the_settings_file_can_come_from_the_environment(feed_sync, settings_file, tmp_path):
    other = settings_file.rename(tmp_path / "other.toml")
    assert feed_sync("config", "validate", FEED_SYNC_CONFIG=str(other)).returncode == 0


def test_an_unreadable_secret_fails_the_validation(feed_sync, settings_file):
    settings_file.write_text("[database]\nurl_file = '/no/such'\n", encoding="utf-8")
    done = feed_sync("config", "validate")
    assert (done.returncode, done.stderr) == (
        78,
        "feed-sync: database.url_file: can't read /no/such: No such file or directory\n",
    )


def test_shown_settings_hold_environment_and_defaults_and_no_secret(feed_sync, settings_file):
    done = feed_sync("config", "show", "--json", FEED_SYNC__LOG__LEVEL="DEBUG")
    shown = json.loads(done.stdout)
    assert shown["log"] == {"level": "DEBUG", "format": "auto"}
    assert shown["sync"]["stop_timeout"] == 30.0
    assert shown["database"]["url"] == "mysql+pymysql://shop:********@localhost/luma"
    assert "s3cret" not in done.stdout + done.stderr


def test_settings_are_shown_one_per_line(feed_sync, settings_file):
    lines = [line.split(maxsplit=1) for line in feed_sync("config", "show").stdout.splitlines()]
    shown = {line[0]: line[1].strip() for line in lines if len(line) == 2}
    assert shown["log.level"] == "INFO"
    assert shown["database.url"] == "mysql+pymysql://shop:********@localhost/luma"


def test_init_writes_a_file_that_is_accepted_and_private(feed_sync, tmp_path):
    done = feed_sync("init")
    assert done.returncode == 0
    file = tmp_path / "feed-sync.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert feed_sync("config", "validate").returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["feed-sync.toml"]


def test_init_reads_the_shop_that_it_is_shown(feed_sync, commerce_root, tmp_path):
    done = feed_sync("init", "--commerce-root", commerce_root, "--output", "x.toml")
    settings = load_settings(tmp_path / "x.toml", {})
    assert settings.database.url == "mysql+pymysql://u:s3cret@db:3307/shop?charset=utf8mb4"
    assert settings.database.table_prefix == "m2_"
    assert settings.shop.config == {"web/seo/use_rewrites": "1"}
    assert "env.php fixes stores/en/web/seo/use_rewrites" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr


def test_init_names_each_shop_for_the_uuids_of_its_orders_and_keeps_the_name(feed_sync, tmp_path):
    def namespace(file, *more):
        assert feed_sync("init", "--output", file, *more).returncode == 0
        return load_settings(tmp_path / file, {}).feeds.options.order_uuid_namespace

    one, other = namespace("one.toml"), namespace("other.toml")
    assert uuid.UUID(one) != uuid.UUID(other)
    assert namespace("one.toml", "--force") == one


def test_init_overwrites_nothing_unless_told(feed_sync, settings_file):
    done = feed_sync("init")
    assert (done.returncode, done.stderr) == (
        78,
        "feed-sync: feed-sync.toml exists; --force overwrites it\n",
    )
    assert URL in settings_file.read_text(encoding="utf-8")
    assert feed_sync("init", "--force").returncode == 0
    assert "sync" in tomllib.loads(settings_file.read_text(encoding="utf-8"))


def test_init_without_a_shop_says_so(feed_sync, tmp_path):
    done = feed_sync("init", "--commerce-root", tmp_path)
    assert done.returncode == 78
    assert "app/etc/env.php: No such file or directory" in done.stderr


@pytest.mark.parametrize(("age", "code"), [(0, 0), (30, 0), (90, 1)])
def test_a_daemon_is_healthy_that_made_progress_lately(feed_sync, tmp_path, age, code):
    (tmp_path / "alive").touch()
    os.utime(tmp_path / "alive", (time.time() - age, time.time() - age))
    assert feed_sync("healthcheck", RUNTIME_DIRECTORY=str(tmp_path)).returncode == code


def test_the_age_that_is_still_healthy_can_be_told(feed_sync, tmp_path):
    (tmp_path / "alive").touch()
    os.utime(tmp_path / "alive", (time.time() - 90, time.time() - 90))
    arguments = ("healthcheck", "--directory", tmp_path, "--max-age")
    assert feed_sync(*arguments, "2m").returncode == 0
    assert feed_sync(*arguments, "1m").returncode == 1
    assert feed_sync(*arguments, "soon").returncode == 2


def test_a_daemon_without_a_sign_of_life_is_not_healthy(feed_sync, tmp_path):
    done = feed_sync("healthcheck", RUNTIME_DIRECTORY=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"feed-sync: no sign of life: no alive in {tmp_path}\n"


def test_a_closed_pipe_leaves_no_traceback(settings_file):
    shown = subprocess.Popen(
        [sys.executable, "-m", "daemon", "--config", str(settings_file), "config", "show"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    shown.stdout.close()
    assert b"Traceback" not in shown.stderr.read()
    shown.stderr.close()
    shown.wait()
