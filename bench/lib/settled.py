"""The confidence sequence of a mean of values drawn without replacement: a second implementation, in plain Python.

Reads JSON from standard input, a list of {"values": [...], "count": N, "margin": number or null, "threshold": number or null}; writes [low, high]
of each. It follows the betting game draw by draw on a grid of candidates for the mean, without bisection and without logarithms: a candidate is out once
either side's wealth, of 1 at first, has been 40.
"""

import json
import math
import sys

GRID = 1000


def sequence(
    values: list[float], count: int, margin: float | None, threshold: float | None
) -> tuple[float, float]:
    candidates = [i / GRID for i in range(GRID + 1)]
    wealth = {mean: [1.0, 1.0] for mean in candidates}
    alive = set(candidates)
    for t in range(1, len(values) + 1):
        drawn, value = values[: t - 1], values[t - 1]
        running = [(0.5 + math.fsum(drawn[: i + 1])) / (i + 2) for i in range(t - 1)]
        guess = running[-1] if running else 0.5
        variance = (
            0.25
            + math.fsum((x - own) ** 2 for x, own in zip(drawn, running, strict=True))
        ) / t
        if margin is not None:
            distance = margin
        else:
            distance = max(abs(guess - threshold), math.sqrt(variance / t))
        bet = distance * count / (count - t + 1) / variance
        for mean in list(alive):
            rest = (count * mean - math.fsum(drawn)) / (count - t + 1)
            if rest < -1e-9 or rest > 1 + 1e-9:
                alive.discard(mean)
                continue
            up = bet if rest <= 0 else min(bet, 0.5 / rest)
            down = bet if rest >= 1 else min(bet, 0.5 / (1 - rest))
            wealth[mean][0] *= 1 + up * (value - rest)
            wealth[mean][1] *= 1 - down * (value - rest)
            if max(wealth[mean]) >= 40:
                alive.discard(mean)
    # What is left lies in the range, too.
    total = math.fsum(values)
    left = [
        mean
        for mean in alive
        if total <= count * mean + 1e-9
        and count * mean <= total + count - len(values) + 1e-9
    ]
    return min(left), max(left)


print(
    json.dumps(
        [
            sequence(case["values"], case["count"], case["margin"], case["threshold"])
            for case in json.load(sys.stdin)
        ]
    )
)
