import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import orjson
import pytest

from daemon.core.delivery import Result, Verdict
from daemon.core.discretion import discreet, wordless

BODY = orjson.dumps({"customerEmail": "ann@x.test", "items": [{"name": "Sock", "sku": "a"}]})
LEFT_OUT = "its words are left out, for they may quote personal data"


@pytest.mark.parametrize(
    ("reason", "status", "kept"),
    [
        (None, 200, None),
        ("the connection failed: timed out", None, "the connection failed: timed out"),
        (
            "customerEmail: 'ann@x.test' is none; see items/0/name",
            400,
            f"HTTP 400, about customerEmail, items, name; {LEFT_OUT}",
        ),
        ("HTTP 503 Service Unavailable: ann@x.test", 503, f"HTTP 503; {LEFT_OUT}"),
        ("ANN@X.TEST customeremail", 400, f"HTTP 400; {LEFT_OUT}"),
    ],
)
def test_of_a_reason_only_the_names_of_fields_are_kept(reason, status, kept):
    result = Result(Verdict.REFUSED, reason, status, "request-1")
    assert discreet(result, BODY) == Result(Verdict.REFUSED, kept, status, "request-1")


EMAIL = "ann@x.test"


def refuse(text):
    raise OSError(1644, text)


def broken(text):
    try:
        refuse(text)
    except OSError as error:
        raise ValueError(text) from error


def test_an_error_tells_its_places_classes_and_number_and_no_words():
    with pytest.raises(ValueError, match=re.escape(EMAIL)) as caught:
        broken(EMAIL)
    told = wordless(caught.value)
    assert EMAIL not in told
    assert "in refuse" in told
    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        "OSError 1644",
        "ValueError",
    ]


def test_an_error_of_a_worker_process_tells_its_places_too():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        error = pool.submit(broken, EMAIL).exception()
    told = wordless(error)
    assert EMAIL in str(error.__cause__)
    assert EMAIL not in told
    assert "in refuse" in told
