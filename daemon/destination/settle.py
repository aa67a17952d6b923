"""Requests are asked until every item has a result: resending, halving, stopping."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from daemon.core.delivery import Result, Verdict
from daemon.destination.bodies import following
from daemon.destination.reply import Answer

Numbers = tuple[int, ...]
REFUSALS_IN_A_ROW = 20


def settled(requests: Iterable[Numbers], ask: Callable[[Numbers], Answer]) -> dict[int, Result]:
    """Item number → result, for all items of these requests, asked one by one and in order.

    Where so many items in a row are refused, each one alone and none accepted, it is hardly the
    items: the rest counts as failed and comes back later, so that a wrong route does not turn a
    whole shop into refusals.
    """
    results: dict[int, Result] = {}
    queue = deque(requests)
    refusals = 0
    while queue:
        numbers = queue.popleft()
        answer = ask(numbers)
        results |= {n: r for n, r in zip(numbers, answer.results, strict=True) if r is not None}
        queue.extendleft(reversed(following(numbers, open_ones(numbers, answer))))
        refusals = refusals_after(refusals, answer)
        if answer.stops or refusals >= REFUSALS_IN_A_ROW:
            return results | unsent(queue, answer)
    return results


def open_ones(numbers: Numbers, answer: Answer) -> Numbers:
    """The items that the answer leaves without a result."""
    return tuple(n for n, r in zip(numbers, answer.results, strict=True) if r is None)


def refusals_after(refusals: int, answer: Answer) -> int:
    """How many items in a row were refused alone."""
    if any(r is not None and r.verdict is Verdict.ACCEPTED for r in answer.results):
        return 0
    return refusals + (len(answer.results) == 1)


def unsent(queue: Iterable[Numbers], answer: Answer) -> dict[int, Result]:
    """The result of what is not sent after this answer: failed, for the same reason.

    That is no attempt. After refusals it counts as one, so that the next attempts come ever later:
    until somebody has looked, all would be refused one after the other.
    """
    last = next(result for result in answer.results if result is not None)
    same = replace(last, verdict=Verdict.FAILED, request_id=None, is_attempt=False)
    if last.verdict is not Verdict.FAILED:
        advice = f"{REFUSALS_IN_A_ROW} items in a row refused; check url and routes. Last: "
        same = replace(same, reason=f"{advice}{last.reason}", is_attempt=True)
    return {number: same for numbers in queue for number in numbers}
