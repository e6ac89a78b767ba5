import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { publishFolder } from "../seed.ts"
import type { TestPlatform } from "./test-platform.ts"

/** Builds and publishes an environment of one module, as a user would. @returns its id */
export async function publishEnvironment(
  platform: TestPlatform,
  name: string,
  code: string,
  options: { version?: string; dependencies?: string[]; requiresPython?: string; module?: string } = {},
): Promise<string> {
  const module = options.module ?? name.replace(/-/g, "_")
  const folder = path.join(await mkdtemp(path.join(tmpdir(), "he-env-")), module)
  await mkdir(folder)
  await writeFile(path.join(folder, `${module}.py`), code)
  await writeFile(path.join(folder, "README.md"), `# ${name}\n`)
  await writeFile(
    path.join(folder, "pyproject.toml"),
    `[project]
name = "${name}"
version = "${options.version ?? "0.1.0"}"
description = "A test environment"
tags = ["test"]
requires-python = "${options.requiresPython ?? ">=3.11"}"
dependencies = ${JSON.stringify(options.dependencies ?? ["verifiers>=0.2.0"])}

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build]
include = ["${module}.py", "pyproject.toml"]

[tool.verifiers.eval]
num_examples = 4
rollouts_per_example = 2
`,
  )
  await publishFolder(platform, folder)
  await rm(path.dirname(folder), { recursive: true })
  const { body } = await platform.call("GET", `/environmentshub/local/${name}/@latest`)
  return body.data.id
}

/** A single-turn environment; `rollout` is put into the model's way: code that runs in each rollout's set-up. */
export const echoEnvironment = ({
  examples = 8,
  load = "",
  setup = "pass",
  reward = "1.0 if answer in str(completion[-1].content) else 0.25",
} = {}) => `
import os, time, asyncio
import verifiers as vf
from datasets import Dataset

class Env(vf.SingleTurnEnv):
    async def setup_state(self, state, **kwargs):
        number = state["input"]["example_id"] if "input" in state else state["example_id"]
        ${setup}
        return await super().setup_state(state, **kwargs)

async def correct(completion, answer) -> float:
    return ${reward}

async def length(completion) -> float:
    return float(len(str(completion[-1].content)))

def load_environment(greeting: str = "hello", examples: int = ${examples}) -> vf.Environment:
    ${load || "pass"}
    data = Dataset.from_list([{"question": f"{greeting} {i}", "answer": str(i)} for i in range(examples)])
    return Env(eval_dataset=data, rubric=vf.Rubric(funcs=[correct, length], weights=[1.0, 0.0]))
`
