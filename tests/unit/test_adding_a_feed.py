"""The page about adding a feed shows the example package as it stands."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"<!-- (\S+) -->\n```\w+\n(.*?)\n```", re.DOTALL)


def test_what_the_page_shows_is_what_the_tests_install():
    shown = BLOCK.findall((DOCS / "adding-a-feed.md").read_text(encoding="utf-8"))
    assert [name for name, _ in shown] == [
        "feed_sync_example/tax_classes.py",
        "pyproject.toml",
        "feed_sync_example/purchase_limits.py",
    ]
    for name, text in shown:
        assert text == (DOCS / "example-package" / name).read_text(encoding="utf-8").strip()
