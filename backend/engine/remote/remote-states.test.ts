import { beforeAll, expect, test } from "vitest"
import { insertAttempt } from "../../store/evaluations/attempts.ts"
import { bindRemoteAttempt, insertRemoteAttempt } from "../../store/remote/remote-attempts.ts"
import { statementsOf } from "../../testing/plan-faults.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import { RemoteStates } from "./remote-states.ts"

const platform = testPlatform()
let ids: string[]

beforeAll(async () => {
  const { db } = platform().services
  const evaluationId = await newWaitingRun(platform(), "states", 1)
  await insertAttempt(db, { evaluationId, number: 1, reason: "launched", executor: "process", machine: "a" })
  ids = Array.from({ length: 5 }, (_, i) => `${evaluationId}-${i}`)
  for (const id of ids)
    await insertRemoteAttempt(db, { id, evaluationId, number: 1, interpreter: "/python", tokenHash: id, sealedOrder: Buffer.from("a") })
})

test("all that ask in one moment are answered by one statement, those that ask again by another", async () => {
  const states = new RemoteStates(platform().services.db)
  const ask = () => Promise.all([...ids, "nobody"].map((id) => states.read(id)))
  const statements = await statementsOf(platform().database, async () => {
    const first = await ask()
    expect(first.map((state) => state?.isOpen)).toEqual([false, false, false, false, false, undefined])
    await ask()
  })
  expect(statements.filter(({ text }) => text.includes("remote_attempts"))).toHaveLength(2)
})

test("an answer is as new as the question", async () => {
  const { db } = platform().services
  const states = new RemoteStates(db)
  const [id] = ids as [string]
  const reading = states.read(id)
  expect((await reading)?.isOpen).toBe(false)
  // Asked while the next statement waits for its time.
  await bindRemoteAttempt(db, id, "one")
  const [first, second] = await Promise.all([states.read(id), states.read(ids[1] as string)])
  expect([first?.isOpen, second?.isOpen]).toEqual([true, false])
})

test("a database that is away is everybody's trouble, and the next question is asked all the same", async () => {
  const { db } = platform().services
  let isAway = true
  const flaky = new Proxy(db, {
    get(target, name, receiver) {
      if (name === "select" && isAway) throw new Error("the database is away")
      return Reflect.get(target, name, receiver)
    },
  })
  const states = new RemoteStates(flaky)
  const answers = await Promise.allSettled(ids.map((id) => states.read(id)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["rejected"]))
  isAway = false
  expect((await states.read(ids[1] as string))?.isFenced).toBe(false)
})
