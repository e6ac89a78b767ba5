import { setImmediate as settle } from "node:timers/promises"
import { afterEach, expect, test } from "vitest"
import { createLog } from "../../base/log.ts"
import { type Leased, LeaseQueue, type WorkKind } from "./lease-queue.ts"
import { WakeLoop } from "./wake-loop.ts"

const hour = 3_600_000

/** A promise and how to settle it. */
function deferred<T = void>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

class Task implements Leased {
  #done = deferred()
  done = this.#done.promise
  fenced = false
  left = false
  constructor(readonly id: string) {}
  finish = () => this.#done.resolve()
  fence = () => {
    this.fenced = true
    this.finish()
  }
  leave = () => {
    this.left = true
    this.finish()
  }
}

const log = createLog("test", "silent")
const due: Task[] = []
const queues: LeaseQueue<Task, unknown>[] = []

function queueOf<Lease = true>(kind: Partial<WorkKind<Task, Lease>> = {}) {
  const queue = new LeaseQueue<Task, Lease>(
    {
      name: "tasks",
      capacity: 2,
      pollMs: hour,
      renewMs: hour,
      claim: async () => due.shift(),
      renew: async (ids) => new Map(ids.map((id) => [id, true as Lease])),
      ...kind,
    },
    log,
  )
  queues.push(queue as LeaseQueue<Task, unknown>)
  return queue
}

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop()))
  due.length = 0
})

test("a wake-up during a turn is not lost", async () => {
  let turns = 0
  const first = deferred()
  const loop = new WakeLoop({
    turn: () => {
      turns++
      return turns === 1 ? first.promise : Promise.resolve()
    },
    everyMs: hour,
    onError: () => {},
  })
  loop.wake()
  first.resolve()
  await settle()
  expect(turns).toBe(2)
  await loop.stop()
})

test("work that becomes due while a claim is on its way is claimed without waiting for the poll", async () => {
  const looked = deferred()
  const answer = deferred()
  let claims = 0
  const queue = queueOf({
    claim: async () => {
      if (++claims > 1) return due.shift()
      looked.resolve()
      await answer.promise
      // The first look found nothing: what is due came after it.
      return undefined
    },
  })
  await queue.start()
  await looked.promise
  due.push(new Task("a"))
  queue.wake()
  answer.resolve()
  await settle()
  expect(queue.values().map((task) => task.id)).toEqual(["a"])
})

test("without any signal the poll finds what is due", async () => {
  const queue = queueOf({ pollMs: 5 })
  await queue.start()
  due.push(new Task("a"))
  await expect.poll(() => queue.values().length).toBe(1)
})

test("a claim that fails is tried again", async () => {
  let claims = 0
  const queue = queueOf({
    pollMs: 5,
    claim: async () => {
      if (++claims === 1) throw new Error("the database is away")
      return due.shift()
    },
  })
  due.push(new Task("a"))
  await queue.start()
  await expect.poll(() => queue.values().length).toBe(1)
})

test("no more is claimed than there is room for, and an end makes room at once", async () => {
  due.push(new Task("a"), new Task("b"), new Task("c"))
  const queue = queueOf()
  await queue.start()
  await settle()
  expect(queue.values().map((task) => task.id)).toEqual(["a", "b"])
  queue.get("a")?.finish()
  await settle()
  expect(queue.values().map((task) => task.id)).toEqual(["b", "c"])
})

test("work whose lease is not renewed is fenced; other work is passed its renewed lease", async () => {
  const renewed: unknown[] = []
  const [lost, kept] = [new Task("lost"), new Task("kept")]
  due.push(lost, kept)
  const queue = queueOf<{ cancelled: boolean }>({
    renewMs: 5,
    renew: async () => new Map([["kept", { cancelled: true }]]),
    onRenewed: (all) => renewed.push(...[...all].map(([task, lease]) => [task.id, lease] as (typeof renewed)[number])),
  })
  await queue.start()
  await expect.poll(() => lost.fenced).toBe(true)
  await expect.poll(() => renewed[0]).toEqual(["kept", { cancelled: true }])
  expect(kept.fenced).toBe(false)
})

test("work claimed while a renewal is on its way is not taken for lost", async () => {
  const asked = deferred()
  const answer = deferred()
  let renewals = 0
  const queue = queueOf({
    renew: async (ids) => {
      if (++renewals !== 2) return new Map(ids.map((id) => [id, true as const]))
      asked.resolve()
      await answer.promise
      return new Map()
    },
  })
  await queue.start()
  await asked.promise
  const task = new Task("a")
  due.push(task)
  queue.wake()
  await settle()
  expect(queue.get("a")).toBe(task)
  answer.resolve()
  await settle()
  expect(task.fenced).toBe(false)
})

test("stopping leaves all work, also what was just being claimed, and renews leases until the last has left", async () => {
  const claimed = deferred()
  const late = new Task("late")
  let claims = 0
  let renewals = 0
  const queue = queueOf({
    renewMs: 5,
    renew: async (ids) => {
      renewals++
      return new Map(ids.map((id) => [id, true as const]))
    },
    claim: async () => {
      if (++claims > 1) return undefined
      await claimed.promise
      return late
    },
  })
  late.leave = () => {
    late.left = true
  }
  await queue.start()
  const stopped = queue.stop()
  claimed.resolve()
  await settle()
  expect(late.left).toBe(true)
  const before = renewals
  await expect.poll(() => renewals).toBeGreaterThan(before)
  late.finish()
  await stopped
  expect(queue.values()).toEqual([])
})
