import { createHash, randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { newId } from "../base/ids.ts"
import { maskJson, maskOf } from "../engine/attempt/masking.ts"
import { startWorker } from "../start-worker.ts"
import { insertEnvironment, markAsSample } from "../store/environments/environments.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { startModelServer } from "../testing/model-server.ts"
import { untilChecked, untilRun } from "../testing/runs.ts"
import { secondUser } from "../testing/second-user.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform({ WORKER_PORT: String(await freePort()), MAX_CONCURRENT_CHECKS: "1" })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

async function environment(values: { teamId?: string; visibility?: "PUBLIC" | "PRIVATE" } = {}): Promise<string> {
  const id = newId()
  const userId = await platform().ownerId()
  await insertEnvironment(platform().services.db, { id, userId, name: `env-${id.slice(-8)}`, visibility: "PUBLIC", ...values })
  return id
}

/** Every row of every table as text; bytes are hexadecimal there. */
async function wholeDatabase(): Promise<string> {
  const { pool } = platform().database
  const { rows } = await pool.query("select tablename from pg_tables where schemaname = 'public'")
  const tables = await Promise.all(rows.map(({ tablename }) => pool.query(`select t::text as row from "${tablename}" t`)))
  return tables.flatMap((table) => table.rows.map((row) => row.row)).join("\n")
}

test("a global secret is stored encrypted, listed without its value, changed and deleted", async () => {
  const answers: unknown[] = []
  const ask = async (...request: Parameters<typeof call>) => {
    const answer = await call(...request)
    answers.push(answer.body)
    return answer
  }
  const made = await ask("POST", "/secrets/", { name: "ACME_KEY", value: "the-very-secret-value", description: "of acme" })
  expect(made.status).toBe(200)
  const { id } = made.body.data
  expect(made.body.data).toEqual({
    id,
    name: "ACME_KEY",
    description: "of acme",
    isFile: false,
    userId: await platform().ownerId(),
    teamId: null,
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: expect.stringMatching(/Z$/),
  })
  expect((await ask("POST", "/secrets/", { name: "ACME_KEY", value: "other" })).status).toBe(409)
  await ask("POST", "/secrets/", { name: "B", value: "bbbbbb" })
  expect((await ask("GET", "/secrets/")).body).toMatchObject({ total_count: 2, offset: 0, limit: 100, data: [{ id }, { name: "B" }] })
  expect((await ask("GET", "/secrets/?offset=1&limit=1")).body).toMatchObject({ total_count: 2, data: [{ name: "B" }] })
  expect((await ask("GET", `/secrets/${id}`)).body.data.name).toBe("ACME_KEY")
  const changed = await ask("PATCH", `/secrets/${id}`, { name: "RENAMED", value: "another-secret-value", description: null })
  expect(changed.body.data).toMatchObject({ id, name: "RENAMED", description: null })
  expect((await ask("PATCH", `/secrets/${id}`, { name: "B" })).status).toBe(409)
  const stored = await wholeDatabase()
  for (const value of ["the-very-secret-value", "another-secret-value"]) {
    expect(stored).not.toContain(value)
    expect(stored).not.toContain(Buffer.from(value).toString("hex"))
    expect(JSON.stringify(answers)).not.toContain(value)
  }
  expect((await call("DELETE", `/secrets/${id}`)).status).toBe(200)
  expect((await call("GET", `/secrets/${id}`)).status).toBe(404)

  const refused = async (body: object) => (await call("POST", "/secrets/", body)).body.errors[0].param
  expect(await refused({ name: "lower", value: "x" })).toBe("name")
  expect(await refused({ name: "1ST", value: "x" })).toBe("name")
  expect(await refused({ name: "A".repeat(256), value: "x" })).toBe("name")
  expect((await call("POST", "/secrets/", { name: "PRIME_API_KEY", value: "x" })).body.errors[0]).toMatchObject({
    param: "name",
    details: expect.stringMatching(/PRIME_API_KEY.* set by the platform/),
  })
  expect(await refused({ name: "A", value: "" })).toBe("value")
  expect(await refused({ name: "A", value: "x", description: "d".repeat(501) })).toBe("description")
  expect(await refused({ name: "A", value: "no base64!", isFile: true })).toBe("value")
  expect(await refused({ name: "A", value: "A".repeat(64 * 1024 + 4), isFile: true })).toBe("value")
  const file = await call("POST", "/secrets/", { name: "A", value: "A".repeat(64 * 1024), isFile: true })
  expect(file.body.data.isFile).toBe(true)
  expect((await call("PATCH", `/secrets/${file.body.data.id}`, { value: "no base64!" })).status).toBe(422)
})

test("an environment has secrets of its own, linked ones and variables, and each name once", async () => {
  const id = await environment()
  const at = `/environmentshub/${id}`
  const own = (await call("POST", `${at}/secrets`, { name: "OWN", value: "own-value" })).body.data
  const global = (await call("POST", "/secrets/", { name: "SHARED", value: "shared-value" })).body.data
  const link = await call("POST", `${at}/secrets/link/${global.id}`, {})
  expect(link.body.data).toMatchObject({ secretId: global.id, secretName: "SHARED", environmentId: id, createdAt: expect.any(String) })
  const { data: variable } = (await call("POST", `${at}/variables`, { name: "LEVEL", value: "hard", description: "how hard" })).body
  expect(variable).toMatchObject({ name: "LEVEL", value: "hard", description: "how hard" })
  expect((await call("GET", `${at}/secrets`)).body.data).toMatchObject([
    { id: own.id, name: "OWN", source: "environment" },
    { id: global.id, name: "SHARED", source: "global-linked" },
  ])
  expect((await call("GET", `${at}/variables`)).body.data).toEqual([variable])

  // A name that is taken stays taken.
  const conflict = async (...request: Parameters<typeof call>) => expect((await call(...request)).status, request.join(" ")).toBe(409)
  await conflict("POST", `${at}/secrets`, { name: "OWN", value: "x" })
  await conflict("POST", `${at}/secrets`, { name: "SHARED", value: "x" })
  await conflict("PATCH", `${at}/secrets/${own.id}`, { name: "SHARED" })
  await conflict("POST", `${at}/variables`, { name: "SHARED", value: "x" })
  await conflict("POST", `${at}/variables`, { name: "LEVEL", value: "x" })
  await conflict("PATCH", `${at}/variables/${variable.id}`, { name: "SHARED" })
  await conflict("POST", `${at}/secrets/link/${global.id}`)
  for (const name of ["OWN2", "LEVEL"]) {
    const other = (await call("POST", "/secrets/", { name, value: "x" })).body.data
    if (name === "OWN2") await call("POST", `${at}/secrets`, { name, value: "x" })
    await conflict("POST", `${at}/secrets/link/${other.id}`)
  }
  await conflict("PATCH", `${at}/secrets/${global.id}`, { value: "changed by the wrong door" })
  await conflict("DELETE", `${at}/secrets/${global.id}`)
  // A secret of its own may override a variable.
  expect((await call("POST", `${at}/secrets`, { name: "LEVEL", value: "x" })).status).toBe(200)
  const races = await Promise.all([1, 2, 3].map((n) => call("POST", `${at}/variables`, { name: "RACE", value: String(n) })))
  expect(races.map((race) => race.status).sort()).toEqual([200, 409, 409])

  expect((await call("PATCH", `${at}/secrets/${own.id}`, { name: "OWN_B", value: "new-own-value" })).body.data.name).toBe("OWN_B")
  expect((await call("PATCH", `${at}/variables/${variable.id}`, { value: "" })).body.data).toMatchObject({ name: "LEVEL", value: "" })
  expect((await call("DELETE", `${at}/variables/${variable.id}`)).status).toBe(200)
  expect((await call("DELETE", `${at}/secrets/${own.id}`)).status).toBe(200)
  expect((await call("DELETE", `${at}/secrets/link/${global.id}`)).body.data.secretName).toBe("SHARED")
  expect((await call("DELETE", `${at}/secrets/link/${global.id}`)).status).toBe(404)
  // Deleting a global secret unlinks it everywhere.
  await call("POST", `${at}/secrets/link/${global.id}`)
  await call("DELETE", `/secrets/${global.id}`)
  expect((await call("GET", `${at}/secrets`)).body.data.map((one: any) => one.name)).toEqual(["LEVEL", "OWN2"])
  const stored = await wholeDatabase()
  for (const value of ["own-value", "shared-value"]) expect(stored).not.toContain(value)
})

test("nobody else sees or changes what is set; a team's members all do", async () => {
  const stranger = await secondUser(platform(), "stranger")
  const member = await secondUser(platform(), "member")
  const { teamId } = (await call("POST", "/user/teams", { name: "Secret keepers", slug: "keepers" })).body.data
  await platform().database.pool.query("insert into memberships (team_id, user_id, role) values ($1, $2, 'editor')", [teamId, member.id])
  const mine = (await call("POST", "/secrets/", { name: "MINE", value: "mine-mine" })).body.data
  const ours = (await call("POST", "/secrets/", { name: "OURS", value: "ours-ours", teamId })).body.data
  expect(ours).toMatchObject({ teamId, userId: null })
  // The same name is free for another owner.
  expect((await call("POST", "/secrets/", { name: "OURS", value: "personal" })).status).toBe(200)

  const personal = await environment()
  const shared = await environment({ teamId, visibility: "PRIVATE" })
  const { data: variable } = (await call("POST", `/environmentshub/${personal}/variables`, { name: "V", value: "v" })).body
  const { data: own } = (await call("POST", `/environmentshub/${personal}/secrets`, { name: "S", value: "sssss" })).body
  for (const who of [stranger, member]) {
    expect((await who.call("GET", "/secrets/")).body.total_count).toBe(0)
    expect((await who.call("GET", `/secrets/${mine.id}`)).status).toBe(404)
    expect((await who.call("PATCH", `/secrets/${mine.id}`, { value: "x" })).status).toBe(404)
    expect((await who.call("DELETE", `/secrets/${mine.id}`)).status).toBe(404)
    // The environment is public, what is set for it is not.
    for (const [method, address, body] of [
      ["GET", "secrets"],
      ["POST", "secrets", { name: "X", value: "y" }],
      ["PATCH", `secrets/${own.id}`, { value: "y" }],
      ["DELETE", `secrets/${own.id}`],
      ["POST", `secrets/link/${mine.id}`],
      ["GET", "variables"],
      ["POST", "variables", { name: "X", value: "y" }],
      ["DELETE", `variables/${variable.id}`],
    ] as const)
      expect((await who.call(method, `/environmentshub/${personal}/${address}`, body)).status, `${method} ${address}`).toBe(403)
  }
  // Ids of one environment open nothing in another that one may write.
  expect((await call("PATCH", `/environmentshub/${shared}/secrets/${own.id}`, { value: "y" })).status).toBe(404)
  expect((await call("DELETE", `/environmentshub/${shared}/variables/${variable.id}`)).status).toBe(404)

  expect((await stranger.call("GET", `/secrets/${ours.id}`)).status).toBe(404)
  expect((await stranger.call("GET", `/environmentshub/${shared}/secrets`)).status).toBe(404)
  expect((await member.call("GET", `/secrets/?teamId=${teamId}`)).body.data).toMatchObject([{ id: ours.id }])
  expect((await member.call("GET", `/secrets/${ours.id}?teamId=${teamId}`)).status).toBe(200)
  expect((await call("GET", `/secrets/${mine.id}?teamId=${teamId}`)).status).toBe(404)
  expect((await member.call("POST", `/environmentshub/${shared}/secrets/link/${ours.id}`)).status).toBe(200)
  expect((await call("GET", `/environmentshub/${shared}/secrets`)).body.data).toMatchObject([{ name: "OURS" }])
  expect((await member.call("POST", `/environmentshub/${shared}/secrets/link/${mine.id}`)).status).toBe(404)
})

test("masks find a secret in every encoding, line by line, and never break the JSON around it", () => {
  const pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq==\n-----END KEY-----\n"
  const mask = maskOf([
    { name: "QUOTED", value: 'a"role": "user' },
    { name: "PEM", value: pem },
    { name: "NUMBER", value: "123456" },
    { name: "SHORT", value: "abcd" },
  ])
  expect(mask(`x ${JSON.stringify('a"role": "user')} y`)).toBe('x "[QUOTED]" y')
  expect(mask("MIIEvQIBADANBgkq==")).toBe("[PEM]")
  expect(mask(`file: ${pem}`)).toBe("file: [PEM]")
  expect(mask(Buffer.from(pem).toString("base64"))).toMatch(/^\[PEM\]=*$/)
  expect(mask("abcd")).toBe("abcd")
  // A file of the largest size that may be stored, in a mask that stays quick.
  const file = Array.from({ length: 2500 }, () => randomBytes(9).toString("hex"))
  const maskFile = maskOf([{ name: "FILE", value: file.join("\n") }])
  expect(maskFile(`a line: ${file[1234]}.`)).toBe("a line: [FILE].")
  const before = performance.now()
  maskFile("reward 0.25 of step 12, ".repeat(50_000))
  expect(performance.now() - before).toBeLessThan(2000)
  const event = { a: [123456, "is 123456"], 123456: true }
  expect(maskJson(mask, event)).toEqual({ a: [123456, "is [NUMBER]"], "[NUMBER]": true })
})

test("a run gets variables, linked secrets, the environment's own and one-off ones, the nearest winning, and shows none of them", async () => {
  const keys: (string | undefined)[] = []
  const model = await startModelServer((_, authorization) => {
    keys.push(authorization)
    return "it is 0"
  })
  const load = [
    "import hashlib, stat",
    'greeting = os.environ["ONE_OFF"]',
    "digest = lambda text: hashlib.sha256(text.encode()).hexdigest()[:12]",
    'print("DIGESTS", " ".join(f"{n}={digest(os.environ[n])}" for n in ["VAR", "OVER_VAR", "OWN", "LINKED", "ONE_OFF"] if n in os.environ))',
    'print("VARIABLE", os.environ["VAR"]); print("SECRETS", os.environ["OWN"], os.environ["LINKED"])',
    'path = os.environ["FILE"]; print("FILE", digest(open(path).read()), oct(os.stat(path).st_mode)[-3:], path.startswith(os.environ["HOME"]))',
    "print(open(path).read())",
  ].join("; ")
  // The check loads without one-off secrets.
  const id = await publishEnvironment(
    platform(),
    "settings",
    echoEnvironment({ load: `os.environ.setdefault("ONE_OFF", "none-yet"); ${load}` }),
  )
  const at = `/environmentshub/${id}`
  const set = async (address: string, body: object) => (await call("POST", address, body)).body.data
  await set(`${at}/variables`, { name: "VAR", value: "plain-variable" })
  await set(`${at}/variables`, { name: "OVER_VAR", value: "variable-that-loses" })
  await set(`${at}/variables`, { name: "LINKED", value: "variable-that-loses" })
  for (const [name, value] of [
    ["OVER_VAR", "own-over-variable"],
    ["OWN", "own-over-linked"],
    ["ONE_OFF", "own-that-loses"],
  ])
    await set(`${at}/secrets`, { name, value })
  // Linked under free names, then renamed to what is taken: the only way that these meet.
  for (const [name, value] of [
    ["LINKED", "linked-over-variable"],
    ["OWN", "linked-that-loses"],
  ]) {
    const secret = await set("/secrets/", { name: `FREE_${name}`, value })
    await set(`${at}/secrets/link/${secret.id}`, {})
    expect((await call("PATCH", `/secrets/${secret.id}`, { name })).status).toBe(200)
  }
  const content = '{"type": "service_account",\n "key": "in-the-secret-file"}\n'
  const file = await set("/secrets/", { name: "FILE", value: Buffer.from(content).toString("base64"), isFile: true })
  await set(`${at}/secrets/link/${file.id}`, {})

  const launch = (config: object) => ({
    environment_ids: [id],
    inference_model: "any",
    eval_config: { num_examples: 2, rollouts_per_example: 1, api_base_url: model.url, ...config },
  })
  const missing = await call("POST", "/hosted-evaluations", launch({ api_key_var: "NOWHERE" }))
  expect(missing.body.errors[0]).toMatchObject({
    param: "eval_config.api_key_var",
    details: expect.stringContaining("prime env secret link"),
  })
  // Were it a sample, a stranger might run it; its secrets stay out of that run, also as the key of an endpoint.
  const stranger = await secondUser(platform(), "runs-others")
  expect((await stranger.call("POST", "/hosted-evaluations", launch({}))).status).toBe(403)
  await markAsSample(platform().services.db, id)
  expect((await stranger.call("POST", "/hosted-evaluations", launch({ api_key_var: "OWN" }))).status).toBe(422)

  const worker = await startWorker(platform(), { stopRuns: true })
  try {
    const { body, status } = await call(
      "POST",
      "/hosted-evaluations",
      launch({ api_key_var: "OWN", custom_secrets: { ONE_OFF: "one-off-wins" } }),
    )
    expect(status, JSON.stringify(body)).toBe(201)
    const run = async () => (await call("GET", `/evaluations/${body.evaluation_id}`)).body
    await untilRun(platform(), body.evaluation_id)
    const { lines } = (await call("GET", `/evaluations/${body.evaluation_id}/log-lines?limit=5000`)).body
    const log = lines.map((line: any) => line.text).join("\n")
    expect((await run()).status, log).toBe("COMPLETED")

    const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12)
    const expected = {
      VAR: "plain-variable",
      OVER_VAR: "own-over-variable",
      OWN: "own-over-linked",
      LINKED: "linked-over-variable",
      ONE_OFF: "one-off-wins",
    }
    expect(log).toContain(
      `DIGESTS ${Object.entries(expected)
        .map(([name, value]) => `${name}=${digest(value)}`)
        .join(" ")}`,
    )
    expect(log).toContain("VARIABLE plain-variable")
    expect(log).toContain("SECRETS [OWN] [LINKED]")
    expect(log).toContain(`FILE ${digest(content)} 600 True`)
    expect(keys).toEqual(["Bearer own-over-linked", "Bearer own-over-linked"])
    const { samples } = (await call("GET", `/evaluations/${body.evaluation_id}/samples`)).body
    expect(samples.map((sample: any) => sample.prompt[0].content).sort()).toEqual(["[ONE_OFF] 0", "[ONE_OFF] 1"])

    const action = async () => (await call("GET", "/environmentshub/local/settings/actions")).body.data.actions[0]
    await untilChecked(platform(), "settings")
    const { logs } = (await call("GET", `/environmentshub/local/settings/actions/${(await action()).id}/logs`)).body.data
    expect((await action()).status, logs).toBe("SUCCESS")
    expect(logs).toContain(`LINKED=${digest("linked-over-variable")}`)

    const stored = await wholeDatabase()
    for (const value of ["own-over-linked", "linked-over-variable", "one-off-wins", "own-over-variable", "in-the-secret-file"]) {
      expect(stored).not.toContain(value)
      expect(stored).not.toContain(Buffer.from(value).toString("hex"))
    }
    expect((await platform().database.pool.query("select 1 from run_secrets")).rows).toEqual([])
  } finally {
    await worker.stop()
    model.close()
  }
}, 120_000)
