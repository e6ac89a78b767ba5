import { expect, test } from "vitest"
import { deathCounter, supervise } from "./children.mjs"

test("waits longer after each death, and gives up after five within a minute", () => {
  const died = deathCounter()
  const pauses = [0, 15, 30, 45].map((second) => died(second * 1000))
  expect(pauses).toEqual([1, 2, 4, 8].map((seconds) => ({ giveUp: false, pause: seconds * 1000 })))
  expect(died(59_000).giveUp).toBe(true)
})

test("never waits more than half a minute, and starts afresh after a long life", () => {
  const died = deathCounter()
  let last
  for (let minute = 0; minute < 8; minute++) last = died(minute * 60_000)
  expect(last).toEqual({ giveUp: false, pause: 30_000 })
  expect(died(900_000, 400_000)).toEqual({ giveUp: false, pause: 1000 })
})

test("starts a program again until it has died too often", async () => {
  /** @type {string[]} */
  const deaths = []
  const counter = deathCounter()
  const problem = await new Promise((done) => {
    supervise({
      name: "worker",
      args: ["--eval", "process.exit(3)"],
      env: process.env,
      onLine: () => {},
      onDeath: (text) => deaths.push(text),
      onGiveUp: done,
      died: () => ({ ...counter(), pause: 0 }),
    })
  })
  expect(deaths).toHaveLength(4)
  expect(problem.message).toBe("worker died 5 times within a minute (last: exit code 3); giving up.")
})
