"""The units as systemd reads them, in a root directory made for the purpose."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon.settings import SyncSettings
from daemon.timing import seconds_of

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = ("commerce-feed-sync.service", "commerce-feed-sync@.service")
SYSTEM_UNITS = Path("/usr/lib/systemd/system")

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    shutil.copytree(SYSTEM_UNITS, root / "usr/lib/systemd/system", symlinks=True)
    (root / "lib").symlink_to("usr/lib")
    own = root / "etc/systemd/system"
    own.mkdir(parents=True)
    for name in SERVICES:
        shutil.copy(UNITS / name, own / name)
    for program in ("opt/commerce-feed-sync/bin/feed-sync", "bin/kill"):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/true", root / program)
    return root


def analyze(*arguments):
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_COLORS": "0", "LC_ALL": "C.UTF-8"},
    )


def verified(root, unit):
    return analyze("verify", "--man=no", f"--root={root}", unit)


def exposure(root, unit):
    told = analyze("security", "--offline=true", f"--root={root}", unit).stdout
    return float(re.search(r"Overall exposure level for \S+: (\d+\.\d+)", told)[1])


def keys(name):
    lines = (UNITS / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {key: [value for other, value in pairs if other == key] for key, _ in pairs}


@pytest.mark.parametrize("unit", ["commerce-feed-sync.service", "commerce-feed-sync@eu.service"])
def test_systemd_finds_nothing_to_say_about_a_unit(root, unit):
    done = verified(root, unit)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_would_have_said_so(root):
    broken = root / "etc/systemd/system/broken.service"
    text = (UNITS / SERVICES[0]).read_text(encoding="utf-8")
    broken.write_text(text.replace("WatchdogSec=", "WatchdogSecs="), encoding="utf-8")
    assert "'WatchdogSecs'" in verified(root, "broken.service").stderr


@pytest.mark.parametrize("unit", ["commerce-feed-sync.service", "commerce-feed-sync@eu.service"])
def test_a_unit_is_exposed_very_little(root, unit):
    assert exposure(root, unit) < 2.0


def test_an_open_unit_would_be_noticed(root):
    loose = root / "etc/systemd/system/loose.service"
    loose.write_text("[Service]\nExecStart=/bin/kill\n", encoding="utf-8")
    assert exposure(root, "loose.service") > 9.0


@pytest.mark.parametrize("name", SERVICES)
def test_a_stop_has_time_for_the_batch_in_hand(name):
    assert seconds_of(keys(name)["TimeoutStopSec"][0]) > SyncSettings().stop_timeout


@pytest.mark.parametrize("name", SERVICES)
def test_a_wrong_configuration_is_not_tried_again(name):
    unit = keys(name)
    assert unit["Restart"] == ["on-failure"]
    assert unit["RestartPreventExitStatus"] == ["78"]
    assert unit["Type"] == ["notify"]


def test_the_unit_for_several_shops_is_as_hardened_as_that_for_one():
    one, many = keys(SERVICES[0]), keys(SERVICES[1])
    differing = {key for key in one.keys() | many.keys() if one.get(key) != many.get(key)}
    assert differing == {
        "Description",
        "RuntimeDirectory",
        "StateDirectory",
        "WorkingDirectory",
        "Environment",
        "LoadCredential",
    }


def test_the_account_is_made_by_sysusers(tmp_path):
    (tmp_path / "etc").mkdir()
    done = subprocess.run(
        [
            "systemd-sysusers",
            f"--root={tmp_path}",
            str(UNITS / "commerce-feed-sync.sysusers.conf"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    accounts = (tmp_path / "etc/passwd").read_text(encoding="utf-8")
    name, *_, home, shell = accounts.strip().split(":")
    assert (name, home) == ("feed-sync", "/var/lib/commerce-feed-sync")
    assert shell.endswith("nologin")
    assert keys(SERVICES[0])["User"] == [name]
