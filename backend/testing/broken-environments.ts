/** Sources of environments that fail, for the failure gallery. Each is a module of its own. */

const head = `import os
import verifiers as vf
from datasets import Dataset

def good(completion) -> float:
    return 1.0

`

/** An environment whose examples are its questions; `methods` are those of its class, `load` comes first in load_environment. */
const environment = ({
  methods = "pass",
  load = "pass",
  signature = "",
  questions = '["one", "two"]',
  funcs = "[good]",
  more = "",
}) => `${head}
${more}
class Env(vf.MultiTurnEnv):
    async def env_response(self, messages, state, **kwargs):
        return [vf.UserMessage(content="go on")]

    ${methods.replaceAll("\n", "\n    ")}

def load_environment(${signature}):
    ${load.replaceAll("\n", "\n    ")}
    data = Dataset.from_list([{"question": question} for question in ${questions}])
    return Env(eval_dataset=data, rubric=vf.Rubric(funcs=${funcs}), max_turns=1)
`

const inSetup = (code: string) => `async def setup_state(self, state):
    ${code.replaceAll("\n", "\n    ")}
    return state`

export const brokenEnvironments = {
  syntax: `${head}def load_environment(:\n    pass\n`,
  module: `${head}import a_package_that_nobody_installed\n\ndef load_environment():\n    pass\n`,
  importing: `${head}SPLIT = SPLITS["eval"]\n\ndef load_environment():\n    pass\n`,
  function: `${head}def load_env():\n    pass\n`,
  named: environment({}),
  loading: environment({ load: 'raise ValueError("the split must be train or eval")' }),
  exits: environment({ load: 'import sys\nsys.exit("no licence")' }),
  nothing: `${head}def load_environment():\n    return None\n`,
  argument: environment({ signature: "path" }),
  arguments: environment({ signature: "size: int = 3" }),
  keys: environment({ load: 'vf.ensure_keys(["JUDGE_KEY", "SEARCH_KEY"])' }),
  variable: environment({ load: 'key = os.environ["SEARCH_KEY"]' }),
  judge: environment({ load: "import openai\njudge = openai.AsyncOpenAI()" }),
  dataset: `${head}def load_environment():\n    return vf.SingleTurnEnv(rubric=vf.Rubric(funcs=[good]))\n`,
  // A dataset of no rows still has its columns.
  empty: environment({}).replace("return Env(eval_dataset=data", "return Env(eval_dataset=data.select([])"),
  memory: environment({ load: "table = bytearray(1 << 62)" }),
  disk: environment({ load: 'raise OSError(28, "No space left on device", "/data/cache")' }),
  hoards: environment({
    load: "import time\ntables = []\nwhile True:\n    tables.append(bytearray(16 << 20))\n    time.sleep(0.02)",
  }),
  hoardsFiles: environment({
    load: `import time
for number in range(1000):
    with open(os.path.expanduser(f"~/part-{number}"), "wb") as file:
        file.write(bytes(4 << 20))
    time.sleep(0.1)`,
  }),
  group: environment({
    more: "def best(completions) -> list[float]:\n    return [1.0 for _ in completions]\n",
    funcs: "[best]",
  }),
  gone: environment({ methods: inSetup("os._exit(7)") }),
  killed: environment({ methods: inSetup("import signal\nos.kill(os.getpid(), signal.SIGKILL)") }),
  cancels: environment({ methods: inSetup("import asyncio\nraise asyncio.CancelledError()") }),
  loops: environment({ methods: inSetup("while True:\n    pass") }),
  slow: environment({ methods: inSetup("import asyncio\nawait asyncio.sleep(3600)") }),
  raises: environment({ methods: inSetup('raise ZeroDivisionError("no rollout without a divisor")') }),
  plain: environment({}),
  /** Everything that can go wrong in one rollout, by its question. */
  rollouts: environment({
    questions: "QUESTIONS",
    funcs: "[good, judged, counted, averaged]",
    more: `import asyncio, sys
from prime_sandboxes import APIError

QUESTIONS = ["fine", "[401]", "[429]", "[500]", "[404]", "[context]", "[400]", "[empty]", "[raise]", "[exit]", "[own timeout]",
             "[endless]", "[permission]", "[secret]", "[sandbox]", "[tool]", "[column]", "[memory]", "[reward]", "[none]", "[nan]", "[huge]"]

def judged(prompt) -> float:
    if "[reward]" in prompt[-1].content:
        return {"good": 1.0}["excellent"]
    return 0.5

def counted(prompt) -> float:
    return None if "[none]" in prompt[-1].content else 0.0

def averaged(prompt) -> float:
    return float("nan") if "[nan]" in prompt[-1].content else 0.0
`,
    methods: `async def setup_state(self, state):
    question = state["prompt"][-1].content
    if question == "[raise]":
        raise LookupError("no such page")
    if question == "[exit]":
        sys.exit("enough")
    if question == "[own timeout]":
        raise TimeoutError("the search engine is slow")
    if question == "[endless]":
        await asyncio.sleep(3600)
    if question == "[permission]":
        try:
            raise APIError("HTTP 403: This run may not use sandboxes: it was started without Allow sandbox access.")
        except APIError as error:
            raise vf.SandboxError("cannot create a sandbox") from error
    if question == "[secret]":
        state["key"] = os.environ["SEARCH_KEY"]
    if question == "[sandbox]":
        raise vf.SandboxError("the sandbox went away")
    if question == "[tool]":
        raise vf.ToolError("the calculator is broken")
    if question == "[column]":
        state["note"] = object()
    if question == "[memory]":
        state["table"] = bytearray(1 << 62)
    if question == "[huge]":
        state["note"] = "x" * 20_000_000
    return state`,
  }),
} as const

export type BrokenEnvironment = keyof typeof brokenEnvironments
