import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { CreateChannelRequest } from "../../../contract/index.ts"
import type { Context } from "../../services/context.ts"
import { confirmChannel, createChannel, testChannel } from "../../services/notifications/channels.ts"
import { listDeliveries, readNotificationSettings } from "../../services/notifications/read-notifications.ts"
import { claimMessage, queueMessages } from "../../store/outbox/messages.ts"
import { type Mail, startMailServer } from "../../testing/mail-server.ts"
import { startReceiver } from "../../testing/receiver.ts"
import { sendDue } from "../../testing/send-messages.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { deliver } from "../deliver.ts"

/** Decrypts as a browser does; comes with web-push and has no types. */
const ece = createRequire(createRequire(import.meta.url).resolve("web-push"))("http_ece")

const mailServer = await startMailServer()
const { mails } = mailServer
const receiver = await startReceiver()
afterAll(() => {
  receiver.close()
  mailServer.close()
})

const platform = testPlatform({ SMTP_URL: mailServer.url, MAIL_FROM: "Evals <evals@example.com>" })
const create = (ctx: Context, request: object) => createChannel(ctx, CreateChannelRequest.parse({ name: "mine", ...request }))
const lastOf = async (ctx: Context, id: string) => (await listDeliveries(ctx, id, { limit: 1 })).deliveries[0]
const tell = (ctx: Context, channelId: string, name: string) =>
  queueMessages(
    ctx.db,
    {
      cause: `test:${randomBytes(8).toString("hex")}`,
      type: "evaluation.completed",
      data: { evaluation_id: "run1", name, environment: "ada/maze", model_name: "lab/m", mean_reward: 0.75, samples: 4, errored: 1 },
    },
    [channelId],
  )

test("an e-mail address is told nothing until its code is given back, then gets plain text and HTML", async () => {
  const ada = await newUser(platform(), "ada-mail")
  const { channel } = await create(ada, { kind: "email", address: "ada@example.org" })
  expect(channel).toMatchObject({ state: "unconfirmed", shown_address: "ada@example.org" })
  await expect(testChannel(ada, channel.id)).rejects.toMatchObject({ code: "conflict" })
  await sendDue(platform())
  const code = /code is ([A-Z0-9]{8})/.exec(mails[0]?.text ?? "")?.[1] as string
  expect(mails[0]).toMatchObject({ from: "evals@example.com", to: ["ada@example.org"] })
  await expect(confirmChannel(ada, channel.id, "WRONGONE")).rejects.toMatchObject({ code: "invalid" })
  expect(await confirmChannel(ada, channel.id, code)).toMatchObject({ state: "on" })

  const [id] = await tell(ada, channel.id, "a <b>bold</b>\r\nBcc: eve@example.org run")
  await sendDue(platform())
  const [headers = "", ...parts] = (mails[1] as Mail).text.split("\r\n\r\n")
  const body = parts.join("\n").replace(/=\r\n/g, "")
  expect(mails[1]?.to).toEqual(["ada@example.org"])
  expect(headers).toContain(`Message-ID: <${id}@localhost>`)
  expect(headers).not.toMatch(/^Bcc:/m)
  expect(body).toContain("Mean reward 0.75 over 4 rollouts, 1 error")
  expect(body).toContain("/dashboard/evaluations/run1")
  expect(body).toContain("a &lt;b&gt;bold&lt;/b&gt;")
  expect(await lastOf(ada, channel.id)).toMatchObject({ state: "delivered", tries: [{ status: 250, error: null }] })
})

test("a mail server that refuses is tried again, and what it says is kept", async () => {
  const bea = await newUser(platform(), "bea-mail")
  const { channel } = await create(bea, { kind: "email", address: "bea@example.org" })
  mailServer.refusal = "Mailbox busy"
  await sendDue(platform())
  mailServer.refusal = null
  const delivery = await lastOf(bea, channel.id)
  expect(delivery).toMatchObject({ state: "waiting", tries: [{ status: 450, error: expect.stringContaining("Mailbox busy") }] })
})

test("a worker that stops does not wait for a mail server, and the mail is due at once", async () => {
  const gus = await newUser(platform(), "gus-mail")
  const { channel } = await create(gus, { kind: "email", address: "gus@example.org" })
  const { services } = platform()
  const message = await claimMessage(services.db, "stops")
  await deliver(services, message as NonNullable<typeof message>, "stops", AbortSignal.abort())
  expect(await lastOf(gus, channel.id)).toMatchObject({ state: "waiting", tries: [] })
  await sendDue(platform())
  expect(await lastOf(gus, channel.id)).toMatchObject({ state: "delivered", tries: [{ number: 1 }] })
})

test("five wrong codes, and the right one does not count any more", async () => {
  const cyd = await newUser(platform(), "cyd-mail")
  const { channel } = await create(cyd, { kind: "email", address: "cyd@example.org" })
  await sendDue(platform())
  const code = /code is ([A-Z0-9]{8})/.exec(mails.at(-1)?.text ?? "")?.[1] as string
  for (let i = 0; i < 5; i++) await expect(confirmChannel(cyd, channel.id, "WRONGONE")).rejects.toThrow("is not what was sent")
  await expect(confirmChannel(cyd, channel.id, code)).rejects.toThrow("too often")
})

test("an incoming webhook of Slack gets a text and a block whose markup is the platform's alone", async () => {
  const dan = await newUser(platform(), "dan-slack")
  const { channel } = await create(dan, { kind: "slack", url: `${receiver.url}/services/T0/B0/secret` })
  expect(channel.shown_address).toBe(new URL(receiver.url).host)
  await tell(dan, channel.id, "<!channel> & | co")
  await sendDue(platform())
  const { path, body } = receiver.received.at(-1) as (typeof receiver.received)[number]
  expect(path).toBe("/services/T0/B0/secret")
  expect(JSON.parse(body.toString())).toEqual({
    text: "&lt;!channel&gt; &amp; | co has completed\nMean reward 0.75 over 4 rollouts, 1 error\nada/maze with lab/m",
    blocks: [
      {
        type: "section",
        text: {
          type: "mrkdwn",
          text: `*<${platform().config.publicUrl}/dashboard/evaluations/run1|&lt;!channel&gt; &amp; ¦ co has completed>*\nMean reward 0.75 over 4 rollouts, 1 error\nada/maze with lab/m`,
        },
      },
    ],
  })
})

test("a receiver that never answers, and one that never ends its answer, are given up after 15 seconds; what they said by then is cut", async () => {
  const gil = await newUser(platform(), "gil-slow")
  const slow = createServer((request, response) => {
    if (request.url === "/drips") setInterval(() => response.write("."), 500).unref()
    if (request.url === "/floods") {
      const write = () => response.writable && response.write("x".repeat(65_536)) && setImmediate(write)
      response.on("drain", write)
      write()
    }
  })
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`
  const began = Date.now()
  const ids: string[] = []
  for (const path of ["/silent", "/drips", "/floods"]) {
    const { channel } = await create(gil, { kind: "webhook", url: url + path })
    await testChannel(gil, channel.id)
    ids.push(channel.id)
  }
  await Promise.all(ids.map(() => sendDue(platform())))
  expect(Date.now() - began).toBeLessThan(25_000)
  const tries = await Promise.all(ids.map(async (id) => (await lastOf(gil, id))?.tries[0]))
  expect(tries).toMatchObject([
    { status: null, error: expect.stringContaining("within 15 seconds") },
    { status: null, error: expect.stringContaining("within 15 seconds") },
    { status: 200, error: null, answer: "x".repeat(500) },
  ])
  slow.closeAllConnections()
  slow.close()
}, 40_000)

const browser = createECDH("prime256v1")
const authSecret = randomBytes(16)
const subscription = () => ({
  endpoint: `${receiver.url}/push/abc`,
  keys: { p256dh: browser.getPublicKey("base64url"), auth: authSecret.toString("base64url") },
})
beforeAll(() => void browser.generateKeys())

test("a browser gets what it alone can read, signed with the key that it subscribed with", async () => {
  const eve = await newUser(platform(), "eve-push")
  const { push_key: key } = await readNotificationSettings(eve)
  expect((await readNotificationSettings(eve)).push_key).toBe(key)
  const { channel } = await create(eve, { kind: "push", subscription: subscription() })
  const [id] = await tell(eve, channel.id, "night")
  receiver.answers.push({ status: 201 })
  await sendDue(platform())
  const { path, headers, body } = receiver.received.at(-1) as (typeof receiver.received)[number]
  expect([path, headers["content-encoding"], headers.ttl]).toEqual(["/push/abc", "aes128gcm", "86400"])
  const read = ece.decrypt(body, { version: "aes128gcm", privateKey: browser, authSecret: authSecret.toString("base64url") })
  expect(JSON.parse(read.toString())).toMatchObject({
    tag: id,
    title: "night has completed",
    body: expect.stringContaining("0.75"),
    url: expect.stringMatching(/\/dashboard\/evaluations\/run1$/),
  })
  const [, jwt = "", signedKey] = /^vapid t=(\S+?), ?k=(\S+)$/.exec(headers.authorization ?? "") ?? []
  expect(signedKey).toBe(key)
  const [head, claims, signature = ""] = jwt.split(".")
  const point = Buffer.from(key, "base64url")
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") }
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  )
  expect(isSigned).toBe(true)
  expect(JSON.parse(Buffer.from(claims ?? "", "base64url").toString())).toMatchObject({ aud: receiver.url })
})

test("a browser that has left is switched off, and one that cannot be encrypted for is an error in the log", async () => {
  const fay = await newUser(platform(), "fay-push")
  const left = await create(fay, { kind: "push", subscription: subscription() })
  const broken = await create(fay, { kind: "push", subscription: { ...subscription(), keys: { p256dh: "AAAA", auth: "AAAA" } } })
  receiver.answers.push({ status: 410 })
  await testChannel(fay, left.channel.id)
  await sendDue(platform())
  await testChannel(fay, broken.channel.id)
  await sendDue(platform())
  const { channels } = await readNotificationSettings(fay)
  expect(channels.map(({ state }) => state)).toEqual(["off", "on"])
  expect((await lastOf(fay, broken.channel.id))?.tries[0]?.error).toMatch(/p256dh/)
})
