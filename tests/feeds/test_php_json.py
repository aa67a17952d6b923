import json

import pytest

from daemon.feeds._php_json import php_json


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ('"a/\\u00e9\\ud83d\\ude00\\""', '"a\\/\\u00e9\\ud83d\\ude00\\""'),
        ('{"a/b": [true, null, {}]}', '{"a\\/b":[true,null,[]]}'),
        ('{"0": "x", "1": "y"}', '["x","y"]'),
        ('{"1": "x", "0": "y"}', '{"1":"x","0":"y"}'),
        ("[10.0, [2.5, 3.0]]", "[10,[2.5,3]]"),
        ("[0.0001, 0.00001, 1.5e-7]", "[0.0001,1.0e-5,1.5e-7]"),
        ("[1e16, -1e17, 1.25e+100]", "[10000000000000000,-1.0e+17,1.25e+100]"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775809", "-9.223372036854776e+18"),
    ],
)
def test_json_is_written_as_php_writes_it(read, written):
    assert php_json(json.loads(read)) == written
