import { expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { hasEnded, logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

const { platform, launch } = await testEngine(() => "it is 0", { MAX_CONCURRENT_RUNS: "2", MAX_CONCURRENT_CHECKS: "1" })

const taskset = `
import verifiers.v1 as vf

class Zero(vf.Task[vf.TaskData]):
    @vf.reward
    async def right(self, trace) -> float:
        return 1.0 if "0" in trace.last_reply else 0.0

class Zeros(vf.Taskset[Zero, vf.TasksetConfig]):
    def load(self):
        return [Zero(vf.TaskData(idx=i, prompt="which?"), self.config.task) for i in range(2)]

__all__ = ["Zeros"]
`

test.each([
  ["hosted-runner", echoEnvironment()],
  ["platform-chat", taskset],
])(
  "an environment called %s is not taken for the platform's own",
  async (name, code) => {
    // Gives up before the test's own limit does, which would not say where the run stands.
    const run = await untilRun(platform(), await launch(await publishEnvironment(platform(), name, code)), hasEnded, 100)
    expect(run, await logOf(platform(), run.evaluation_id)).toMatchObject({ status: "COMPLETED", progress: { done: 2, errored: 0 } })
  },
  120_000,
)
