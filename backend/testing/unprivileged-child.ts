import { toError } from "../base/errors.ts"
import type { Executor } from "../sandbox/executor.ts"
import { bubblewrapExecutor } from "../sandbox/executors/bubblewrap.ts"

// The other side of unprivileged.ts: its first message has the options, each one after that is a call.
let executor: Executor | null = null
process.on(
  "message",
  async (message: { options?: Parameters<typeof bubblewrapExecutor>[0]; call: number; verb: "start"; given: [never] }) => {
    if (message.options) {
      executor = bubblewrapExecutor(message.options)
      return
    }
    try {
      process.send?.({ call: message.call, value: await executor?.[message.verb](...message.given) })
    } catch (error) {
      process.send?.({ call: message.call, error: toError(error).message })
    }
  },
)
process.on("disconnect", () => process.exit(0))
