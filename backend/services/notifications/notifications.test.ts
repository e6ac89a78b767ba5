import { expect, test } from "vitest"
import { CreateChannelRequest, CreateRuleRequest, limits, triesMax } from "../../../contract/index.ts"
import { deliver } from "../../outbox/deliver.ts"
import { claimMessage } from "../../store/outbox/messages.ts"
import { startReceiver } from "../../testing/receiver.ts"
import { sendDue } from "../../testing/send-messages.ts"
import { newEnvironment, newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createChannel, deleteChannel, requireChannel, rotateSecret, sendAgain, testChannel, updateChannel } from "./channels.ts"
import { listDeliveries, readNotificationSettings } from "./read-notifications.ts"
import { createRule, deleteRule } from "./rules.ts"

// No mails, and this machine is reached by others: what people give may lead to the internet alone.
const platform = testPlatform({ SANDBOX_ALLOW: "", HOST: "0.0.0.0", PUBLIC_URL: "https://evals.example.com" })

const webhook = (ctx: Context, url = "https://hooks.example.com/secret-path") =>
  createChannel(ctx, CreateChannelRequest.parse({ kind: "webhook", name: "build", url }))
const rule = (ctx: Context, request: object) => createRule(ctx, CreateRuleRequest.parse(request))

test("a webhook's key is answered once and is stored encrypted, as is where it leads; a new key takes its place", async () => {
  const ada = await newUser(platform(), "ada-secrets")
  const { channel, secret } = await webhook(ada)
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
  const everything = async () => JSON.stringify([await readNotificationSettings(ada), await requireChannel(ada, channel.id)])
  expect(await everything()).not.toContain("secret-path")
  expect(await everything()).not.toContain(secret as string)
  expect(channel.shown_address).toBe("hooks.example.com")
  const { rows } = await platform().database.pool.query("select sealed from notification_channels where id = $1", [channel.id])
  expect(rows[0].sealed.toString("latin1")).not.toContain("secret-path")
  const rotated = await rotateSecret(ada, channel.id)
  expect(rotated.secret).toMatch(/^whsec_/)
  expect(rotated.secret).not.toBe(secret)
})

test("nobody else reads, changes or sends over a person's channels, or takes their rules away", async () => {
  const [bea, cyd] = [await newUser(platform(), "bea-own"), await newUser(platform(), "cyd-own")]
  const { channel } = await webhook(bea)
  const made = await rule(bea, { events: ["failed"], channel_id: channel.id })
  const message = await testChannel(bea, channel.id)
  for (const refused of [
    () => updateChannel(cyd, channel.id, { is_on: false }),
    () => rotateSecret(cyd, channel.id),
    () => testChannel(cyd, channel.id),
    () => listDeliveries(cyd, channel.id, { limit: 1 }),
    () => sendAgain(cyd, channel.id, message.id),
    () => deleteChannel(cyd, channel.id),
    () => deleteRule(cyd, made.id),
    () => rule(cyd, { events: ["failed"], channel_id: channel.id }),
  ])
    await expect(refused()).rejects.toMatchObject({ code: "not_found" })
  expect(await readNotificationSettings(cyd)).toMatchObject({ channels: [], rules: [] })
  await deleteChannel(bea, channel.id)
  expect(await readNotificationSettings(bea)).toMatchObject({ channels: [], rules: [] })
})

test("a message that would lead into the operator's own network is not sent, and the log says what the operator can do", async () => {
  const dan = await newUser(platform(), "dan-inside")
  const receiver = await startReceiver()
  const { channel } = await webhook(dan, receiver.url)
  await testChannel(dan, channel.id)
  await sendDue(platform())
  receiver.close()
  expect(receiver.received).toEqual([])
  const [delivery] = (await listDeliveries(dan, channel.id, { limit: 1 })).deliveries
  expect(delivery?.tries[0]?.error).toMatch(/is not a public address.*SANDBOX_ALLOW=127\.0\.0\.1/)
})

test("rules are about what the caller may see, name what they are about, and have an end", async () => {
  const { teamId, member } = await newTeam(platform(), "crew-kept")
  const eve = await newUser(platform(), "eve-kept")
  const hidden = await newEnvironment(platform(), member, { name: "hidden", visibility: "PRIVATE" })
  const open = await newEnvironment(platform(), member, { name: "open" })
  await expect(rule(eve, { events: ["failed"], team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  await expect(rule(eve, { events: ["failed"], environment_id: hidden.id })).rejects.toMatchObject({ code: "not_found" })
  expect(await rule(eve, { events: ["failed", "failed", "ended"], environment_id: open.id })).toMatchObject({
    events: ["failed", "ended"],
    environment: { id: open.id, owner: "crew-kept-member", name: "open" },
    team: null,
  })
  expect(await rule(member, { events: ["budget"], team_id: teamId })).toMatchObject({ team: { id: teamId, name: "crew-kept" } })
  for (const wrong of [
    { events: [] },
    { events: ["budget"], environment_id: "e" },
    { events: ["ended"], environment_id: "e", team_id: "t" },
  ])
    expect(CreateRuleRequest.safeParse(wrong).success).toBe(false)
  for (let i = 1; i < limits.notificationRulesMax; i++) await rule(eve, { events: ["failed"] })
  await expect(rule(eve, { events: ["failed"] })).rejects.toThrow(`at most ${limits.notificationRulesMax} rules`)
})

test("a person has so many channels and no more, and none for mails where the platform sends none", async () => {
  const fay = await newUser(platform(), "fay-many")
  await expect(createChannel(fay, { kind: "email", name: "m", address: "fay@example.org" })).rejects.toThrow("SMTP_URL")
  for (let i = 0; i < limits.channelsMax; i++) await webhook(fay)
  await expect(webhook(fay)).rejects.toThrow(`at most ${limits.channelsMax} channels`)
  for (const url of ["ftp://example.com/", "https://name:pass@example.com/", "not an address"])
    expect(CreateChannelRequest.safeParse({ kind: "webhook", name: "n", url }).success, url).toBe(false)
})

test("deliveries page through every message once, newest first, each with its last tries", async () => {
  const gil = await newUser(platform(), "gil-pages")
  const { channel } = await webhook(gil)
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.unshift((await testChannel(gil, channel.id)).id)
  const { services, database } = platform()
  await database.pool.query("update outbox set due_at = now() + interval '1 day' where id <> $1", [ids[0]])
  for (let i = 0; i < triesMax + 3; i++) {
    await sendAgain(gil, channel.id, ids[0] as string)
    const message = await claimMessage(services.db, "t")
    await deliver(services, message as NonNullable<typeof message>, "t", new AbortController().signal)
  }
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await listDeliveries(gil, channel.id, { limit: 2, cursor })
    seen.push(...page.deliveries.map(({ id }) => id))
    cursor = page.next
  } while (cursor)
  expect(seen.toSorted()).toEqual(ids.toSorted())
  const first = (await listDeliveries(gil, channel.id, { limit: 5 })).deliveries.find(({ id }) => id === ids[0])
  expect(first?.tries.map(({ number }) => number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4])
  await expect(listDeliveries(gil, channel.id, { limit: 1, cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid" })
})
