"""The confidence sequence of a mean of values drawn without replacement: a second implementation, in plain Python.

Reads JSON from standard input, a list of {"examples": [[...], ...], "most": k, "count": N, "margin": number or null, "threshold": number or null}, each
example with up to k values; writes [low, high] of each. It follows the betting game draw by draw on a grid of candidates for the mean, without bisection and without logarithms: a candidate is out once
either side's wealth, of 1 at first, has been 40.
"""

import json
import math
import sys

GRID = 1000


def sequence(
    examples: list[list[float]],
    most: int,
    count: int,
    margin: float | None,
    threshold: float | None,
) -> tuple[float, float]:
    candidates = [i / GRID for i in range(GRID + 1)]
    wealth = {mean: [1.0, 1.0] for mean in candidates}
    alive = set(candidates)
    guesses, seen = [0.5], []
    for t, example in enumerate(examples, 1):
        guess = guesses[-1]
        variance = (
            0.25
            + math.fsum(
                (x - own) ** 2 for x, own in zip(seen, guesses[1:], strict=True)
            )
        ) / t
        error = math.sqrt(variance / t)
        if margin is not None:
            distance = margin
        elif threshold is not None:
            distance = max(abs(guess - threshold), error)
        else:
            distance = 2 * error
        bet = distance * count / (count - t + 1) / variance
        before = [filled(mean, examples[: t - 1], most) for mean in (0.0, 1.0)]
        for mean in list(alive):
            # A sum that is linear in the mean, of its values at both ends.
            drawn = (1 - mean) * math.fsum(before[0]) + mean * math.fsum(before[1])
            value = filled(mean, [example], most)[0]
            rest = (count * mean - drawn) / (count - t + 1)
            if rest < -1e-9 or rest > 1 + 1e-9:
                alive.discard(mean)
                continue
            up = bet if rest <= 0 else min(bet, 0.5 / rest)
            down = bet if rest >= 1 else min(bet, 0.5 / (1 - rest))
            wealth[mean][0] *= 1 + up * (value - rest)
            wealth[mean][1] *= 1 - down * (value - rest)
            if max(wealth[mean]) >= 40:
                alive.discard(mean)
        seen.append(filled(guess, [example], most)[0])
        guesses.append((0.5 + math.fsum(seen)) / (t + 1))
    # What is left lies in the range, too: all values that are missing may be 0, or 1.
    total = math.fsum(sum(example) for example in examples) / most
    size = count - sum(1 - len(example) / most for example in examples)
    left = [
        mean
        for mean in alive
        if total <= size * mean + 1e-9
        and size * mean <= total + count - len(examples) + 1e-9
    ]
    return min(left), max(left)


def filled(mean: float, examples: list[list[float]], most: int) -> list[float]:
    """Each example's mean, with another in the place of the values that it lacks."""
    return [(sum(own) + (most - len(own)) * mean) / most for own in examples]


print(json.dumps([sequence(**case) for case in json.load(sys.stdin)]))
