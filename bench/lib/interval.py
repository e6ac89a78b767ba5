"""The 95 % interval of a mean of rewards in [0, 1], clustered by example, and the paired difference: a second implementation, in plain Python.

Reads JSON from standard input, a list of {"rewards": [[...], ...]} (one list per example) or {"differences": [...]}; writes [low, high] of each.
It shares no code and few formulas with contract/statistics: the beta distribution is a power series and is inverted by bisection.
"""

import json
import math
import sys


def beta_cdf(x: float, a: float, b: float) -> float:
    """I_x(a, b) = x^a (1-x)^b / (a B(a, b)) * sum of (a+b)_n / (a+1)_n x^n; all terms are positive."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    term = total = 1.0
    n = 0
    while term > 1e-18 * total:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta) / a * total


def beta_quantile(p: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(90):
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def upper(examples: list[list[float]]) -> float:
    """A beta distribution with the mean and variance of a Dirichlet-weighted mean of the examples and of two pseudo-examples at 0 and 1."""
    rewards = [reward for example in examples for reward in example]
    mean = math.fsum(rewards) / len(rewards)
    if mean >= 1:
        return 1.0
    shares = [len(example) / len(rewards) for example in examples]
    means = [math.fsum(example) / len(example) for example in examples]
    k = 1 / math.fsum(share**2 for share in shares)
    # Σ w²(y − p)² of one effective example.
    squares = (
        k
        * k
        * math.fsum(
            (share * (own - mean)) ** 2
            for share, own in zip(shares, means, strict=True)
        )
    )
    flips = mean * (1 - mean)
    u = 0.0
    if flips > 0:
        u = 4 * k * flips / (4 * k * flips + 2.5) * max(0.0, 1 - squares / (k * flips))
    at_one, at_zero = 0.83 + 0.45 / k - 0.55 * u, max(0.0, 0.17 - 0.45 / k + 0.35 * u)
    total = k + at_one + at_zero
    first = (k * mean + at_one) / total
    # The second moment of the atoms, from which their variance.
    second = (squares + k * mean**2 + at_one) / total
    variance = (second - first**2) / (total + 1)
    strength = first * (1 - first) / variance - 1
    return beta_quantile(0.975, first * strength, (1 - first) * strength)


def interval(examples: list[list[float]]) -> tuple[float, float]:
    return 1 - upper(
        [[1 - reward for reward in example] for example in examples]
    ), upper(examples)


def difference(differences: list[float]) -> tuple[float, float]:
    """Gains and losses each have an interval; Zou and Donner's combination of both, with their correlation."""
    gains = [max(0.0, one) for one in differences]
    losses = [max(0.0, -one) for one in differences]
    count = len(differences)
    gain, loss = math.fsum(gains) / count, math.fsum(losses) / count
    (gain_low, gain_high), (loss_low, loss_high) = (
        interval([[one] for one in gains]),
        interval([[one] for one in losses]),
    )
    scale = math.sqrt(
        math.fsum((one - gain) ** 2 for one in gains)
        * math.fsum((one - loss) ** 2 for one in losses)
    )
    r = -count * gain * loss / scale if scale > 0 else 0.0
    down = math.sqrt(
        (gain - gain_low) ** 2
        + (loss_high - loss) ** 2
        - 2 * r * (gain - gain_low) * (loss_high - loss)
    )
    up = math.sqrt(
        (gain_high - gain) ** 2
        + (loss - loss_low) ** 2
        - 2 * r * (gain_high - gain) * (loss - loss_low)
    )
    return max(-1.0, gain - loss - down), min(1.0, gain - loss + up)


answers = [
    interval(case["rewards"]) if "rewards" in case else difference(case["differences"])
    for case in json.load(sys.stdin)
]
print(json.dumps(answers))
