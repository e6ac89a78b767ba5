import { constants } from "node:os"
import type { Writable } from "node:stream"
import type { ServerChannel } from "ssh2"
import type { AgentSession } from "../../sandbox/agent-session.ts"

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name.slice(3)]))

/**
 * Carries what is typed into a session of a sandbox, and what it prints out again, until one of both ends. Neither side is read faster than the other.
 * @param closed settles when the channel closes, which may have been before
 */
export async function carry(session: AgentSession, channel: ServerChannel, closed: Promise<void>): Promise<void> {
  void closed.then(() => session.close())
  channel.on("data", (data: Buffer) => {
    if (session.write(data)) return
    channel.pause()
    session.drained(() => channel.resume())
  })
  channel.on("end", () => session.endInput())
  let isToldOfEnd = false
  for await (const frame of session.frames()) {
    if (frame.kind !== "exit") {
      await write(frame.kind === "output" ? channel : channel.stderr, frame.data, closed)
      continue
    }
    isToldOfEnd = true
    const name = frame.signal === null ? undefined : signalNames.get(frame.signal)
    if (name) channel.exit(name, false)
    else channel.exit(frame.code ?? 255)
  }
  if (!isToldOfEnd && channel.writable) {
    channel.stderr.write("The instance has ended\r\n")
    channel.exit(255)
  }
  channel.end()
}

async function write(to: Writable, data: Buffer, closed: Promise<void>): Promise<void> {
  if (!to.writable || to.write(data)) return
  let drained = () => {}
  const drain = new Promise<void>((resolve) => {
    drained = resolve
  })
  to.on("drain", drained)
  await Promise.race([drain, closed])
  to.off("drain", drained)
}
