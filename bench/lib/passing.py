"""pass@k, pass^k and the split of the variance of rewards: a second implementation, in plain Python and exact fractions.

Reads JSON from standard input, a list of {"rewards": [[...], ...], "threshold": t} (one list per example); writes for each
{"pass": [[k, pass_at, pass_all, examples], ...], "between": b, "within": w}, the variances null where no example has two rewards.
It shares no code with contract/statistics: choices are counted with binomial coefficients, and the components come from sums of squares.
"""

import json
import sys
from fractions import Fraction
from math import comb


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def passing(examples: list[list[Fraction]], threshold: Fraction) -> list[list[float]]:
    points = []
    for k in range(1, max(map(len, examples)) + 1):
        own = [example for example in examples if len(example) >= k]
        failed = [sum(reward < threshold for reward in example) for example in own]
        counts = list(zip(map(len, own), failed, strict=True))
        at_least_one = mean([1 - Fraction(comb(bad, k), comb(n, k)) for n, bad in counts])
        every = mean([Fraction(comb(n - bad, k), comb(n, k)) for n, bad in counts])
        points.append([k, float(at_least_one), float(every), len(own)])
    return points


def components(examples: list[list[Fraction]]) -> tuple[float | None, float | None]:
    """Σ x² of all, of examples' means and of the mean of all: their differences are the sums of squares of the analysis of variance."""
    sizes = [len(example) for example in examples]
    count, groups = sum(sizes), len(examples)
    if count == groups:
        return None, None
    single = sum((reward**2 for example in examples for reward in example), Fraction(0))
    grouped = sum((sum(example) ** 2 / len(example) for example in examples), Fraction(0))
    whole = sum(map(sum, examples)) ** 2 / count
    within = (single - grouped) / (count - groups)
    usual = (count - Fraction(sum(size**2 for size in sizes), count)) / (groups - 1)
    between = ((grouped - whole) / (groups - 1) - within) / usual
    return float(max(Fraction(0), between)), float(within)


answers = []
for case in json.load(sys.stdin):
    rewards = [[Fraction(reward) for reward in example] for example in case["rewards"]]
    between, within = components(rewards)
    answers.append(
        {"pass": passing(rewards, Fraction(case["threshold"])), "between": between, "within": within}
    )
print(json.dumps(answers))
