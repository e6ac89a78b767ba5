"""Watching rollouts from outside the library.

`generate` looks methods up on the instance, so wrappers assigned to an environment see all that it does.
"""

import contextlib
import json
from collections.abc import Coroutine, Iterable, Mapping
from contextvars import ContextVar
from typing import Any

import verifiers as vf
from verifiers.types import State

from . import isolation, scoring
from .events import Spool, clean_text
from .growth import Gate
from .isolation import ISOLATED, Member, Unit
from .job import Key, key
from .load import leaves
from .permits import ROLLOUT, Permits

_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)
_member: ContextVar[Member | None] = ContextVar("member", default=None)


class Indexes:
    """Numbers the rollouts of each example, leaving out those that are not to be done.

    `places` has the places of examples in the run's random order, if it has one.
    """

    def __init__(
        self, skipped: Iterable[Key], replaced: Iterable[Key] = (), places: Mapping[str, int] | None = None
    ) -> None:
        self.restart(skipped, replaced, places)

    def restart(
        self, skipped: Iterable[Key], replaced: Iterable[Key] = (), places: Mapping[str, int] | None = None
    ) -> None:
        """Number them anew: what was taken and did not begin is played again, or by somebody else."""
        self._skipped = set(skipped)
        self._replaced = set(replaced)
        self._places = places or {}
        self._next: dict[int | str, int] = {}

    def take(self, example_id: int | str) -> int:
        """The lowest index of the example that is neither skipped nor taken."""
        index = self._next.get(example_id, 0)
        while key(example_id, index) in self._skipped:
            index += 1
        self._next[example_id] = index + 1
        return index

    def facts(self, example_id: int | str, index: int) -> dict[str, Any]:
        """What an event says of a rollout beside its key.

        Whether it replaces one that was done before, and the place of its example in a random order.
        """
        replaces = {"replaces": True} if key(example_id, index) in self._replaced else {}
        place = self._places.get(str(example_id))
        return replaces if place is None else {**replaces, "place": place}


def watch(
    env: vf.Environment,
    spool: Spool,
    indexes: Indexes,
    state_columns: list[str],
    record: bool,
    permits: Permits,
    gate: Gate,
) -> None:
    """Emit rollout.started, rollout.turn and rollout.finished for everything the environment runs, and let
    no more of it run at once than there are permits.

    With `record`, exceptions that would end the run become rows (see isolation). A rollout the library
    retries starts once; its turns then count from 1 again.
    """
    start = Start(spool, gate)
    _watch_units(env, spool, indexes, state_columns, record, start)
    for leaf in leaves(env):
        _watch_rollouts(leaf, spool, record, permits, start)
        scoring.watch(leaf.rubric, _note_problem, record, permits)
        if record:
            isolation.skip_failed_when_scoring(leaf.rubric, _unit.get)


def current() -> Key:
    """The rollout that is being played here. A LookupError outside of one."""
    member = _member.get()
    if member is None:
        raise LookupError("no rollout is being played")
    return key(member.example_id, member.index)


def _note_problem(states: list[State], problem: scoring.Problem) -> None:
    unit = _unit.get()
    for member in unit.members if unit else []:
        if any(member.state is state for state in states):
            member.problems.append(problem)


def _watch_units(
    env: vf.Environment,
    spool: Spool,
    indexes: Indexes,
    state_columns: list[str],
    record: bool,
    start: "Start",
) -> None:
    run_rollout, run_group = env.run_rollout, env.run_group

    async def run_unit(inputs: list[dict[str, Any]], rows: Coroutine[Any, Any, list[Any]]) -> list[Any]:
        # Runs once the library's semaphore let the unit in, in a task of its own.
        with contextlib.closing(rows):  # it may be stopped before it gets its turn
            await start.gate.enter(unit := Unit([]))
            unit.members = [Member(i["example_id"], indexes.take(i["example_id"]), i) for i in inputs]
            _unit.set(unit)
            try:
                return await finish_unit(unit, rows)
            finally:
                start.gate.leave(unit)

    async def finish_unit(unit: Unit, rows: Coroutine[Any, Any, list[Any]]) -> list[Any]:
        try:
            outputs = await rows
        except ISOLATED as error:
            if not record:
                raise
            outputs = isolation.rows_after(unit, error, state_columns)
        for member, row in zip(unit.members, outputs, strict=True):
            start(member)  # where the environment has its own way to play rollouts
            spool.emit(
                "rollout.finished",
                example_id=member.example_id,
                index=member.index,
                rollout_id=clean_text(str(row["trajectory_id"]))[:200],
                row=row,
                problems=isolation.problems_of(member, row),
                **indexes.facts(member.example_id, member.index),
            )
        return outputs

    # A unit inside a unit is the environment's own business: it reports what comes of it.
    async def watched_rollout(input: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if _unit.get() is not None:
            return await run_rollout(input, *args, **kwargs)

        async def rows() -> list[Any]:
            return [await run_rollout(input, *args, **kwargs)]

        return (await run_unit([input], rows()))[0]

    async def watched_group(group_inputs: list[dict[str, Any]], *args: Any, **kwargs: Any) -> list[Any]:
        rows = run_group(group_inputs, *args, **kwargs)
        return await (rows if _unit.get() is not None else run_unit(group_inputs, rows))

    env.run_rollout, env.run_group = watched_rollout, watched_group


class Start:
    """Notes and tells that a rollout has begun."""

    def __init__(self, spool: Spool, gate: Gate) -> None:
        self._spool, self.gate = spool, gate

    def __call__(self, member: Member) -> None:
        """Tell it once for each rollout."""
        if not member.is_started:
            member.is_started = True
            self.gate.begun.add(key(member.example_id, member.index))
            self._spool.emit("rollout.started", example_id=member.example_id, index=member.index)


def _playable(input: dict[str, Any]) -> dict[str, Any]:
    """An input without a column `task` of the dataset's own, such as the name of a benchmark's part.

    The library takes it for one of its task payloads and fails on it. Its default run, through an environment
    server, never sees the column.
    """
    task = input.get("task")
    if isinstance(task, str):
        with contextlib.suppress(ValueError):
            task = json.loads(task)
    if task is None or isinstance(task, Mapping):
        return input
    return {name: value for name, value in input.items() if name != "task"}


def _watch_rollouts(env: vf.Environment, spool: Spool, record: bool, permits: Permits, start: Start) -> None:
    rollout, init_state = env.rollout, env.init_state

    async def run_permitted(unit: Unit, member: Member, running: Coroutine[Any, Any, State]) -> State:
        with contextlib.closing(running):  # it may be stopped before it gets its turn
            unit.has_asked = True
            start.gate.look()
            async with permits.hold(ROLLOUT, lambda: start.gate.may_begin(unit)):
                return await run_member(member, running)

    async def run_member(member: Member, running: Coroutine[Any, Any, State]) -> State:
        start(member)
        member.start_over()
        token = _member.set(member)
        try:
            member.state = await running
        except ISOLATED as raised:
            if not record:
                raise
            error = isolation.original(raised)
            isolation.explain(member, error)
            member.state = isolation.failed_state(member, error)
            member.failure = error
        finally:
            _member.reset(token)
        return member.state

    # Not async: the library calls it for each member of a group in order, before any of them runs. That order
    # ties a call to its member, also in an EnvGroup, which hands its children copies of the inputs.
    def watched_rollout(input: dict[str, Any], *args: Any, **kwargs: Any) -> Coroutine[Any, Any, State]:
        running = rollout(_playable(input), *args, **kwargs)
        unit = _unit.get()
        if unit is None or _member.get() is not None:  # a rollout that environment code does inside a rollout
            return running
        member = unit.members[unit.calls % len(unit.members)]
        unit.calls += 1
        return run_permitted(unit, member, running)

    async def watched_init_state(*args: Any, **kwargs: Any) -> State:
        state = await init_state(*args, **kwargs)
        member = _member.get()
        if member is not None and member.state is None:
            member.state = state
        return state

    env.rollout, env.init_state = watched_rollout, watched_init_state
    if isinstance(env, vf.MultiTurnEnv):
        _watch_turns(env, spool)
        for name in ("setup_state", "is_completed", "get_prompt_messages", "get_model_response"):
            _watch_method(env, name, record)


def _watch_method(env: vf.MultiTurnEnv, name: str, record: bool) -> None:
    """Keep what comes out of the environment's own code and would be lost further up.

    A TimeoutError is taken by the library for the rollout's deadline, and no error is recorded. The deadline
    itself cancels what runs, so that it never passes here. A SystemExit is not caught by tasks.
    """
    method = getattr(env, name)

    async def watched(*args: Any, **kwargs: Any) -> Any:
        member = _member.get()
        try:
            result = await method(*args, **kwargs)
        except TimeoutError as error:
            if member is not None:
                member.own_timeout = error
            raise
        except SystemExit as error:
            if not record:
                raise
            raise isolation.Exited from error
        if member is not None:
            member.own_timeout = None
        return result

    setattr(env, name, watched)


def _watch_turns(env: vf.MultiTurnEnv, spool: Spool) -> None:
    add_trajectory_step = env.add_trajectory_step

    async def watched_step(state: State, trajectory_step: Any) -> None:
        await add_trajectory_step(state, trajectory_step)
        member = _member.get()
        if member is None or member.state is None or member.state["trajectory_id"] != state["trajectory_id"]:
            return
        member.state = state  # setup_state may have put another in place of the first one
        member.turns += 1
        spool.emit("rollout.turn", example_id=member.example_id, index=member.index, turn=member.turns)

    env.add_trajectory_step = watched_step
