import { expect, test } from "vitest"
import { hashToken } from "../base/crypto.ts"
import { newToken } from "../base/ids.ts"
import { insertRunToken, revokeRunTokens } from "../store/evaluations/run-tokens.ts"
import { newUser, runContext } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { RunCallers } from "./run-callers.ts"

const platform = testPlatform()

/** A run with a token, known by somebody whose clock is moved by hand. */
async function runWithToken(slug: string) {
  const { db } = platform().services
  const owner = await newUser(platform(), slug)
  const { evaluationId } = await runContext(platform(), owner, ["sandbox"])
  const hash = hashToken(newToken("her_"))
  const give = () => insertRunToken(db, { hash, evaluationId, permissions: ["sandbox"], expiresAt: new Date(Date.now() + 60_000) })
  const clock = { now: 0 }
  const callers = new RunCallers(db, () => clock.now)
  const run = { evaluationId, userId: owner.userId, teamId: null, permissions: ["sandbox"] }
  return { db, hash, evaluationId, give, clock, callers, run }
}

test("a token that was taken back is refused within half a second, and at once where it was taken back in this process", async () => {
  const { db, hash, evaluationId, give, clock, callers, run } = await runWithToken("caller")
  await give()
  expect(await callers.of(hash)).toEqual(run)
  await revokeRunTokens(db, evaluationId)
  clock.now = 499
  expect(await callers.of(hash)).toEqual(run)
  clock.now = 500
  expect(await callers.of(hash)).toBeUndefined()

  const other = await runWithToken("other-caller")
  await other.give()
  expect(await other.callers.of(other.hash)).toEqual(other.run)
  await revokeRunTokens(db, other.evaluationId)
  other.callers.forget()
  expect(await other.callers.of(other.hash)).toBeUndefined()
})

test("that there is no such token is not remembered", async () => {
  const { hash, give, callers, run } = await runWithToken("early-caller")
  expect(await callers.of(hash)).toBeUndefined()
  await give()
  expect(await callers.of(hash)).toEqual(run)
})
