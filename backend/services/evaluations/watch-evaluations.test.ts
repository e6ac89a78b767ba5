import { expect, test } from "vitest"
import { CreateEvaluationRequest, type EvaluationNotice } from "../../../contract/index.ts"
import { signal } from "../../store/signals.ts"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { beginSession, endOtherSessions } from "../accounts/sessions.ts"
import type { Context } from "../context.ts"
import { mintApiKey, revokeApiKey } from "../identity/api-keys.ts"
import { identifyCaller } from "../identity/identify-caller.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { deleteEvaluation } from "./delete-evaluation.ts"
import { finalizeEvaluation } from "./finalize-evaluation.ts"
import { watchEvaluations } from "./watch-evaluations.ts"

const platform = testPlatform()
const create = async (ctx: Context) => (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r" }))).id

/** Listens until a run has ended. */
async function hearOf(heard: AsyncIterator<EvaluationNotice[] | "missed">, id: string): Promise<void> {
  for (;;) {
    const { value } = await heard.next()
    if (value !== "missed" && value.some((one: EvaluationNotice) => one.evaluation_id === id && one.status === "COMPLETED")) return
  }
}

test("a user hears of their own runs, and of nobody else's", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  const [hers, his] = [await create(bea), await create(ada)]
  const { notices, stop } = watchEvaluations(ada)
  await finalizeEvaluation(bea, hers, null)
  await finalizeEvaluation(ada, his, null)
  for await (const [notice] of notices) {
    // Bea's ended first: had it been sent, it would have come first.
    expect(notice).toMatchObject({ evaluation_id: his, status: "COMPLETED" })
    break
  }
  stop()
})

test("a team's runs are heard of by its members, and a user's own are not", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "watchers")
  const own = await create(member)
  const { id: shared } = await createEvaluation(admin, CreateEvaluationRequest.parse({ name: "e", run_id: "r", team_id: teamId }))
  const { notices, stop } = watchEvaluations(admin)
  await finalizeEvaluation(member, own, null)
  await finalizeEvaluation(member, shared, null)
  for await (const [notice] of notices) {
    expect(notice).toMatchObject({ evaluation_id: shared })
    break
  }
  stop()
})

test("a reader that is too slow for so many runs is told to look again, and hears what comes after that", async () => {
  const eve = await newUser(platform(), "eve")
  const last = await create(eve)
  const { notices, stop } = watchEvaluations(eve)
  const heard = notices[Symbol.asyncIterator]()
  const owner = { userId: eve.userId, teamId: null }
  for (let i = 0; i <= 1000; i++) await signal(eve.db, "notice", JSON.stringify({ owner, notice: { evaluation_id: `run-${i}` } }))
  // The notices of one connection come in order.
  const gone = new Promise((resolve) => {
    const off = eve.signals.on("notice", (payload) => {
      if (!payload.includes(last)) return
      off()
      resolve(true)
    })
  })
  await Promise.all([gone, finalizeEvaluation(eve, last, null)])
  expect((await heard.next()).value).toBe("missed")
  await hearOf(heard, last)
  stop()
})

test("after signals were lost with their connection the reader is told to look again", async () => {
  const fay = await newUser(platform(), "fay")
  const id = await create(fay)
  const { notices, stop } = watchEvaluations(fay)
  await finalizeEvaluation(fay, id, null)
  const heard = notices[Symbol.asyncIterator]()
  await hearOf(heard, id)
  await platform().database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'",
  )
  expect((await heard.next()).value).toBe("missed")
  stop()
})

test("what changes soon after a notice comes together a little later, each run as it is by then", async () => {
  const hal = await newUser(platform(), "hal")
  const [first, busy] = [await create(hal), await create(hal)]
  const { notices, stop } = watchEvaluations(hal)
  const heard = notices[Symbol.asyncIterator]()
  await finalizeEvaluation(hal, first, null)
  await hearOf(heard, first)
  const owner = { userId: hal.userId, teamId: null }
  const all = new Promise<void>((resolve) => {
    const off = hal.signals.on("notice", (payload) => {
      if (!payload.includes('"other"')) return
      off()
      resolve()
    })
  })
  for (let samples = 0; samples < 5; samples++)
    await signal(hal.db, "notice", JSON.stringify({ owner, notice: { evaluation_id: busy, samples } }))
  await signal(hal.db, "notice", JSON.stringify({ owner, notice: { evaluation_id: "other", samples: 1 } }))
  await all
  expect((await heard.next()).value).toEqual([
    { evaluation_id: busy, samples: 4 },
    { evaluation_id: "other", samples: 1 },
  ])
  stop()
  expect(await heard.next()).toEqual({ done: true, value: undefined })
})

test("a deletion is heard by those whose run it was, alone or through a team, and by nobody else", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const stranger = await newUser(platform(), "stranger")
  const shared = (await createEvaluation(admin, CreateEvaluationRequest.parse({ name: "e", run_id: "r", team_id: teamId }))).id
  const [own, theirs] = [await create(member), await create(stranger)]
  const [ofMember, ofStranger] = [watchEvaluations(member), watchEvaluations(stranger)]
  await deleteEvaluation(admin, shared)
  await deleteEvaluation(member, own)
  await deleteEvaluation(stranger, theirs)
  const heard = async (watch: typeof ofMember, count: number) => {
    const found: EvaluationNotice[] = []
    // The notice that a run was made may still be on its way when the watch begins.
    for await (const notices of watch.notices) {
      if (notices !== "missed") found.push(...notices.filter(({ deleted }) => deleted))
      if (found.length >= count) break
    }
    watch.stop()
    return found.map(({ evaluation_id, deleted }) => [evaluation_id, deleted])
  }
  expect(await heard(ofMember, 2)).toEqual([
    [shared, true],
    [own, true],
  ])
  expect(await heard(ofStranger, 1)).toEqual([[theirs, true]])
})

test("the stream ends when it is stopped, also while it waits", async () => {
  const { notices, stop } = watchEvaluations(await newUser(platform(), "cyd"))
  const next = notices[Symbol.asyncIterator]().next()
  stop()
  expect(await next).toEqual({ done: true, value: undefined })
})

test("the stream ends when the key expires that it was opened with, when it is revoked, and when the session ends", async () => {
  const gil = await newUser(platform(), "gil")
  const { db } = platform().services
  /** The end of a stream that is open by now. */
  const openWith = async (value: string) => {
    const { notices } = watchEvaluations(await identifyCaller(platform().services, value))
    return { end: notices[Symbol.asyncIterator]().next() }
  }
  const ended = { done: true, value: undefined }
  const soon = await mintApiKey(db, gil.userId, { name: "soon", scopes: ["read"], expiresAt: new Date(Date.now() + 1500) })
  expect(await (await openWith(soon.value)).end).toEqual(ended)
  const later = new Date(Date.now() + 90 * 86_400_000)
  const lasting = await mintApiKey(db, gil.userId, { name: "lasting", scopes: ["read"], expiresAt: later })
  const ofKey = await openWith(lasting.value)
  await revokeApiKey(gil, lasting.id)
  expect(await ofKey.end).toEqual(ended)
  const { token } = await beginSession(db, gil.userId, "password", { address: null, browser: "" })
  const ofSession = await openWith(token)
  await endOtherSessions(gil)
  expect(await ofSession.end).toEqual(ended)
})

test("a caller without a key is refused", async () => {
  const nobody = await serviceContext(platform(), null)
  expect(() => watchEvaluations(nobody)).toThrow()
})
