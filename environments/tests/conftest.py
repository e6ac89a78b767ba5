"""Makes the packages importable and offers helpers to score hand-written completions."""

import asyncio
import sys
from pathlib import Path

import pytest

ENVIRONMENTS = Path(__file__).parent.parent
NAMES = ("word_arithmetic", "number_hunt", "market_clerk", "short_sums", "gsm8k_100")
sys.path += [str(ENVIRONMENTS / name) for name in NAMES]

import verifiers as vf  # noqa: E402


@pytest.fixture
def score():
    """Scores a completion with the rubric of an environment and returns the state."""

    def run(env, completion, answer, info=None):
        state = vf.State(
            input={"prompt": [], "answer": answer, "info": info or {}, "example_id": 0},
            prompt=[],
            completion=completion,
            answer=answer,
            info=info or {},
            trajectory=[],
        )
        asyncio.run(env.rubric.score_rollout(state))
        return state

    return run
