"""JSON text as PHP writes what it has read, for values that the reference sends as such texts."""

from __future__ import annotations

import json

WHOLE_BELOW = 1e17
"""From here on PHP writes whole numbers that are floats with an exponent."""

INTEGERS = range(-(2**63), 2**63)
"""The integers of PHP; any other is a float there."""


def php_json(value: object) -> str:
    """The text: slashes and non-ASCII escaped, 10.0 as 10.

    Objects are arrays in PHP: one whose names are 0, 1, 2 and so on can't be told from a list, nor
    can an empty one.
    """
    match value:
        case dict() if list(value) == [str(number) for number in range(len(value))]:
            return php_json(list(value.values()))
        case dict():
            return "{" + ",".join(f"{php_json(k)}:{php_json(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ",".join(map(php_json, value)) + "]"
        case float():
            return php_float(value)
        case int() if value not in INTEGERS:
            return php_float(float(value))
    return json.dumps(value).replace("/", "\\/")


def php_float(number: float) -> str:
    """A float with the fewest digits that tell it: 10, 2.5, 1.0e+17, 1.5e-7."""
    if number.is_integer() and abs(number) < WHOLE_BELOW:
        return str(int(number))
    digits, marker, exponent = repr(number).partition("e")
    if not marker:
        return digits
    point = "" if "." in digits else ".0"
    return f"{digits}{point}e{int(exponent):+d}"
