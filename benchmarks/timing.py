"""Taking times fairly on a machine that does other things too: turn and turn about, and the median of many."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence

MILLISECONDS = 1000
WARMING = 5


def medians(actions: Sequence[Callable[[], float]], requests: int) -> list[float]:
    """Return each action's median in milliseconds; they take turns, so that a busy moment meets all of them."""
    for _ in range(WARMING):
        for action in actions:
            action()
    taken: list[list[float]] = [[] for _ in actions]
    for _ in range(requests):
        for times, action in zip(taken, actions, strict=True):
            times.append(action())
    return [statistics.median(times) * MILLISECONDS for times in taken]


def per_second(actions: Sequence[Callable[[], float]], each: int) -> float:
    """Return how many actions a second are done when all run at once, ``each`` times. Raises the first error met."""
    errors: list[BaseException] = []
    together = threading.Barrier(len(actions) + 1)

    def work(action: Callable[[], float]) -> None:
        together.wait()
        try:
            for _ in range(each):
                action()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    together.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(actions) * each / (time.perf_counter() - started)
