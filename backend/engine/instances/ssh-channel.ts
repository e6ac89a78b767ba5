import { constants } from "node:os"
import type { Writable } from "node:stream"
import type { ServerChannel } from "ssh2"
import type { AgentSession } from "../../sandbox/agent-session.ts"

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name.slice(3)]))

/** Carries what is typed into a session of a sandbox, and what it prints out again, until one of both ends. Neither side is read faster than the other. */
export async function carry(session: AgentSession, channel: ServerChannel): Promise<void> {
  channel.on("data", (data: Buffer) => {
    if (session.write(data)) return
    channel.pause()
    session.drained(() => channel.resume())
  })
  channel.on("end", () => session.endInput())
  channel.on("close", () => session.close())
  channel.on("error", () => session.close())
  let isToldOfEnd = false
  for await (const frame of session.frames()) {
    if (frame.kind !== "exit") {
      await write(frame.kind === "output" ? channel : channel.stderr, frame.data, channel)
      continue
    }
    isToldOfEnd = true
    const name = frame.signal === null ? undefined : signalNames.get(frame.signal)
    if (name) channel.exit(name, false)
    else channel.exit(frame.code ?? 255)
  }
  if (!isToldOfEnd && !channel.destroyed) {
    channel.stderr.write("The instance has ended\r\n")
    channel.exit(255)
  }
  channel.end()
}

function write(to: Writable, data: Buffer, channel: ServerChannel): Promise<void> | undefined {
  if (channel.destroyed || to.write(data)) return undefined
  return new Promise((resolve) => {
    const on = () => {
      to.off("drain", on)
      channel.off("close", on)
      resolve()
    }
    to.on("drain", on)
    channel.on("close", on)
  })
}
