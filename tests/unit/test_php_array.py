import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.commerce.php_array import Expression, returned


def value(literal):
    return returned(f"<?php\nreturn ['x' => {literal}];\n")["x"]


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("'plain'", "plain"),
        (r"'it\'s \\ and \n'", r"it's \ and \n"),
        (r'"a\tb\n\"\$\\ \x41 \101 \u{20AC} \q"', 'a\tb\n"$\\ A A € \\q'),
        ("'two\nlines'", "two\nlines"),
        ("''", ""),
        ("0", 0),
        ("-42", -42),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("0755", 493),
        ("1.5", 1.5),
        ("-2e3", -2000.0),
        (".5", 0.5),
        ("true", True),
        ("FALSE", False),
        ("Null", None),
        ("[]", {}),
        ("array()", {}),
        ("array (1, 2,)", {0: 1, 1: 2}),
        ("['a', 5 => 'b', 'c']", {0: "a", 5: "b", 6: "c"}),
        ("['7' => 'a', 'b']", {7: "a", 8: "b"}),
        ("['07' => 1, true => 2, null => 3, 1.9 => 4]", {"07": 1, 1: 4, "": 3}),
        ("['a' => array('b' => ['c' => 'deep'])]", {"a": {"b": {"c": "deep"}}}),
        ("'with // no # comment /* inside */'", "with // no # comment /* inside */"),
    ],
)
def test_a_literal_is_read_as_php_reads_it(literal, expected):
    assert value(literal) == expected


def test_one_and_true_are_not_mixed_up():
    assert (value("1") is True, value("true") is True) == (False, True)


@pytest.mark.parametrize(
    "literal",
    [
        "getenv('DB_HOST')",
        "getenv('A', [1, 2]) ?: 'b'",
        "'a' . 'b'",
        "BP",
        "\\Magento\\Framework\\App\\State::MODE_PRODUCTION",
        '"host $name"',
        '"{$name}"',
        "-PHP_INT_MAX",
        "1 + 2",
        "[1, 2] + [3]",
    ],
)
def test_what_only_php_can_tell_stays_an_expression(literal):
    assert value(literal) == Expression(literal)


def test_neighbours_of_an_expression_are_read():
    found = returned("<?php return array('a' => f(')', [1]), 'b' => 'c');")
    assert found == {"a": Expression("f(')', [1])"), "b": "c"}


def test_comments_and_what_stands_before_the_return_are_skipped():
    source = """<?php
    declare(strict_types=1); // return ['no' => 1];
    # return 2
    /* return
       3 */
    return /* here */ [ // first
        'a' => 1, # 'b' => 2,
    ];
    ?>"""
    assert returned(source) == {"a": 1}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<?php\n$a = [];", "the file returns nothing"),
        ("", "the file returns nothing"),
        ("<?php\nreturn 5;", "line 2: what is returned is not an array"),
        ("<?php\nreturn ['a' => 1\n;", "line 3: expected ] or a comma"),
        ("<?php\nreturn ['a' => 'b\n", "line 3: the array does not end"),
        ("<?php return", "line 1: the array does not end"),
        ("<?php return ['a' => f(", "line 1: the array does not end"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(source, reason):
    with pytest.raises(ValueError, match="^" + reason.replace("]", r"\]")):
        returned(source)


def php(tree):
    if isinstance(tree, dict):
        return "[" + ", ".join(f"{php(key)} => {php(inner)}" for key, inner in tree.items()) + "]"
    if isinstance(tree, bool) or tree is None:
        return str(tree).lower().replace("none", "null")
    if isinstance(tree, str):
        return "'" + tree.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return repr(tree)


keys = st.text(min_size=1).filter(lambda key: not key.lstrip("-").isdecimal())
leaves = st.none() | st.booleans() | st.integers() | st.text() | st.floats(-1e9, 1e9)
nested = st.recursive(leaves, lambda inner: st.dictionaries(keys, inner), max_leaves=8)
trees = st.dictionaries(keys, nested, max_size=5)


@given(trees)
def test_what_is_written_as_php_is_read_back(tree):
    assert returned(f"<?php return {php(tree)};") == tree


@given(st.text(alphabet="[](){}'\"\\,;=>-.$#/*array 1x\n"))
def test_any_text_is_read_or_refused_and_never_hangs(text):
    with contextlib.suppress(ValueError):
        assert isinstance(returned("<?php return [" + text), dict)
