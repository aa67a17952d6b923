"""Each title of docs/differences.md has a test that shows what it says, and no test another one."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TITLE = re.compile(r"^\*\*(.+?)\.?\*\*", re.MULTILINE)
MARK = re.compile(r'mark\.difference\(\s*"([^"]+)"')


def test_every_difference_is_shown_by_a_test():
    told = TITLE.findall((ROOT / "docs/differences.md").read_text(encoding="utf-8"))
    tests = [file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py")]
    shown = {title for text in tests for title in MARK.findall(text)}
    assert sorted(shown) == sorted(told)
