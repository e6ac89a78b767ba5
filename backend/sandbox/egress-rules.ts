import { once } from "node:events"
import { createConnection } from "node:net"
import path from "node:path"
import { type EgressLists, type Handle, workFiles } from "./executor.ts"

const answersWithinMs = 5000

/**
 * Replaces the rules of a running program's egress proxy (runner/src/sandbox/egress_proxy/rules_socket.py); returns once they are in
 * force.
 * @throws Error when the proxy does not take them
 */
export async function replaceEgressRules({ workDir }: Handle, lists: EgressLists): Promise<void> {
  const socket = createConnection(path.join(workDir, workFiles.egressRules))
  socket.setTimeout(answersWithinMs, () => socket.destroy(new Error("the egress proxy does not answer")))
  await once(socket, "connect")
  socket.end(`${JSON.stringify(lists)}\n`)
  let answer = ""
  for await (const data of socket) answer += data
  if (answer !== "in force\n") throw new Error(`the egress proxy did not take its rules: ${answer.trim() || "no answer"}`)
}
