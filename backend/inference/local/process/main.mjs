// A process that has the model and answers the worker that started it, over the channel between them:
//   node backend/inference/local/process/main.mjs FOLDER
import { setPriority } from "node:os"
import { Engine, TooLong } from "./engine.mjs"

/**
 * @typedef {{ type: "ask", id: number, request: import("./engine.mjs").Request } | { type: "cancel", id: number }} ToModel
 * @typedef {{ type: "ready", threads: number, tokensPerSecond: number }
 *   | { type: "begin", id: number, promptTokens: number }
 *   | { type: "text", id: number, text: string }
 *   | ({ type: "end", id: number } & import("./engine.mjs").End)
 *   | { type: "error", id: number, tooLong: boolean, message: string }} FromModel
 */

const [folder = ""] = process.argv.slice(2)
/** @param {FromModel} message */
const say = (message) => process.send?.(message)

// Whoever asked is gone, and there is nothing to save.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"))
// Ctrl-C reaches everything in the terminal; the worker says when to end.
process.on("SIGINT", () => {})
// Runs, sandboxes and pages come first.
setPriority(5)

const { engine, threads, tokensPerSecond } = await Engine.load(folder)
/** @type {Map<number, AbortController>} */
const asked = new Map()
process.on("message", (/** @type {ToModel} */ message) => {
  if (message.type === "cancel") asked.get(message.id)?.abort()
  else answer(message.id, message.request)
})
say({ type: "ready", threads, tokensPerSecond })

/** @param {number} id @param {import("./engine.mjs").Request} request */
async function answer(id, request) {
  const controller = new AbortController()
  asked.set(id, controller)
  const listener = {
    begin: (/** @type {number} */ promptTokens) => say({ type: "begin", id, promptTokens }),
    text: (/** @type {string} */ text) => say({ type: "text", id, text }),
  }
  try {
    say({ type: "end", id, ...(await engine.answer(request, listener, controller.signal)) })
  } catch (error) {
    say({ type: "error", id, tooLong: error instanceof TooLong, message: error instanceof Error ? error.message : String(error) })
  } finally {
    asked.delete(id)
  }
}
