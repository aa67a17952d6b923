"""The compose file, the image and their settings, as far as they can be read without Docker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from daemon.errors import ConfigurationError
from daemon.settings import SyncSettings, load_settings
from daemon.timing import seconds_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def dockerfile():
    return (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8")


def test_these_services_make_a_trial_installation(services):
    assert set(services) == {"database", "prepare", "receiver", "daemon"}


@pytest.mark.parametrize("name", ["database", "receiver", "daemon"])
def test_each_lasting_service_is_checked(services, name):
    check = services[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)


def test_the_daemon_waits_until_the_others_are_healthy(services):
    assert services["daemon"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "prepare": {"condition": "service_completed_successfully"},
        "receiver": {"condition": "service_healthy"},
    }


def test_whoever_is_waited_for_exists(services):
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            healthy = how["condition"] == "service_healthy"
            assert not healthy or "test" in services[other]["healthcheck"]


def test_a_stop_has_time_for_the_batch_in_hand(services):
    assert seconds_of(services["daemon"]["stop_grace_period"]) > SyncSettings().stop_timeout


@pytest.mark.parametrize("name", ["prepare", "receiver", "daemon"])
def test_our_containers_can_do_little(services, name):
    service = services[name]
    assert service["init"] is True
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["build"] == {"context": ".", "dockerfile": "deploy/docker/Dockerfile"}


def test_secrets_and_mounted_files_exist(compose, services):
    for secret in compose["secrets"].values():
        assert (ROOT / secret["file"]).is_file()
    for service in services.values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in compose["volumes"] or (ROOT / source).is_file()


def test_the_receiver_is_where_the_daemon_sends(services):
    settings = load_settings(ROOT / "deploy/docker/feed-sync.toml", {})
    port = services["receiver"]["command"][-1]
    assert settings.destinations["sandbox"].url == f"http://receiver:{port}"
    assert settings.database.url_file == Path("/run/secrets/database-url")
    assert "database-url" in services["daemon"]["secrets"]


def test_the_trial_settings_are_refused_where_the_secret_is_missing():
    settings = load_settings(ROOT / "deploy/docker/feed-sync.toml", {})
    with pytest.raises(ConfigurationError, match="/run/secrets/database-url"):
        _ = settings.database.address


def test_the_image_runs_without_root_from_hashed_packages(dockerfile):
    final = dockerfile.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER (?!0\b|root\b)\d+$", final, re.MULTILINE)
    assert "--require-hashes -r requirements.lock" in dockerfile
    assert "HEALTHCHECK" in final
    assert 'CMD ["feed-sync", "healthcheck"]' in final


def test_what_the_image_copies_passes_the_dockerignore(dockerfile):
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    assert {source for line in copied for source in line.split()} == allowed
