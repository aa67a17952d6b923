"""Each title of docs/differences.md has a test that shows what it says, and no test another one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIFFERENCES = (ROOT / "docs/differences.md").read_text(encoding="utf-8")
WITHOUT_REFERENCE = "## categoryPermissions, productOverrides"
TITLE = re.compile(r"^\*\*(.+?)\.?\*\*", re.MULTILINE)


def test_every_difference_is_shown_by_a_test():
    shown = {title for function in functions() for title in titles_of(function)}
    assert sorted(shown) == sorted(TITLE.findall(DIFFERENCES))


def test_the_test_of_a_difference_holds_what_the_reference_has_against_what_is_here():
    compared, _, inferred = DIFFERENCES.partition(WITHOUT_REFERENCE)
    assert TITLE.findall(inferred), "the last part is that of feeds without a reference"
    one_sided = {
        title
        for function in functions()
        if not asserts_of_the_reference(function)
        for title in titles_of(function)
    }
    assert one_sided & set(TITLE.findall(compared)) == set()


def functions():
    """Every test function of the project, parsed."""
    for file in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield node


def titles_of(function):
    """The differences that a test, or one of its cases, is marked to show."""
    return [
        node.args[0].value
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "difference"
    ]


def asserts_of_the_reference(function):
    """True where an assertion names `reference`."""
    return any(
        isinstance(name, ast.Name) and name.id == "reference"
        for node in ast.walk(function)
        if isinstance(node, ast.Assert)
        for name in ast.walk(node)
    )
