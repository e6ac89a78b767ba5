import { expect, test } from "vitest"
import { newId } from "../../base/ids.ts"
import { insertEnvironment } from "../../store/environments/environments.ts"
import { updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { secondUser } from "../../testing/second-user.ts"
import { testPlatform } from "../../testing/test-platform.ts"

const platform = testPlatform()

/** One request as the CLI, as Prime's SDK and as any other client. */
async function asEach(method: string, address: string, body?: unknown) {
  const ask = async (agent: string) => (await platform().call(method, address, body, { "user-agent": agent })).body
  return { cli: await ask("prime-cli/0.6.26 python/3.11.9"), sdk: await ask("prime-evals/0.2.3 python/3.11.9"), other: await ask("curl/8") }
}

async function evaluation(values: Record<string, unknown>): Promise<string> {
  const { body } = await platform().call("POST", "/evaluations/", { name: "one", run_id: "r", ...values })
  return body.evaluation_id
}

test("an error reaches Prime's packages as markup in detail, and other clients as it is; errors is plain for all", async () => {
  const { cli, sdk, other } = await asEach("GET", "/evaluations/[b]none:cat:")
  const message = 'There is no evaluation "[b]none:cat:", or you may not see it'
  expect(cli.detail).toBe('There is no evaluation "\\[b]none:[b][/b]cat:", or you may not see it')
  expect(sdk).toEqual(cli)
  expect(other).toEqual({ ...cli, detail: message })
  expect(cli.errors).toEqual([{ param: "", details: message }])
})

test("a broken rule names its field in both shapes of the error, for every client", async () => {
  const { cli, other } = await asEach("POST", "/secrets/", { name: "[/x]", value: "v" })
  expect(other.detail).toEqual([{ loc: ["body", "name"], msg: expect.stringMatching(/upper-case letters/i), type: "value_error" }])
  expect(other.errors).toEqual([{ param: "name", details: other.detail[0].msg }])
  expect(cli).toEqual(other)
  const locOf = async (method: string, path: string) => (await asEach(method, path)).other.detail[0].loc
  expect(await locOf("GET", "/evaluations/?limit=0")).toEqual(["query", "limit"])
  expect(await locOf("GET", "/evaluations/none/samples?limit=x")).toEqual(["query", "limit"])
})

test("an evaluation's model and error are markup for the CLI only", async () => {
  const id = await evaluation({ model_name: "mine[beta] :cat:" })
  const failure = { class: "platform" as const, title: "Broken [/b]", message: "see [x]" }
  await updateEvaluation(platform().services.db, id, { failure: failure as never })
  const one = await asEach("GET", `/evaluations/${id}`)
  expect(one.other).toMatchObject({ model_name: "mine[beta] :cat:", error_message: "Broken [/b]: see [x]" })
  expect(one.cli.error_message).toBe("Broken \\[/b]: see \\[x]")
  expect(one.cli.model_name).not.toBe("mine[beta] :cat:")
  expect(one.cli.model_name.replaceAll("\u2060", "")).toBe("mine[beta] :cat:")
  const list = await asEach("GET", "/evaluations/")
  expect(list.other.evaluations[0].model_name).toBe("mine[beta] :cat:")
  expect(list.cli.evaluations[0].model_name).toBe(one.cli.model_name)
})

test("a log is markup in whole lines for the CLI, and plain text for others", async () => {
  const id = await evaluation({})
  const line = { at: Date.now(), stream: "stdout" as const, level: "info" as const }
  await appendLogLines(platform().services.db, id, 0, [
    { ...line, text: "\u001b[31mred\u001b[0m [/x]" },
    { ...line, text: "" },
    { ...line, text: "10%\r20%" },
  ])
  const { cli, other } = await asEach("GET", `/hosted-evaluations/${id}/logs`)
  expect(cli.logs).toBe("red \\[/x]\n10%\n20%\n")
  expect(other.logs).toBe("red [/x]\n\n10%\n20%\n")
})

test("descriptions and values of an environment, names of teams: markup cannot hide in them for the CLI, others get the text", async () => {
  const userId = await platform().ownerId()
  const id = newId()
  await insertEnvironment(platform().services.db, { id, userId, name: "quirky", visibility: "PUBLIC", description: "says [/x]" })
  await platform().call("POST", `/environmentshub/${id}/variables`, { name: "LEVEL", value: "hard [/x] [b]", description: "[b]" })
  await platform().call("POST", "/user/teams", { name: "Team [/x]", slug: "team-x" })

  const environment = await asEach("GET", "/environmentshub/local/quirky/status")
  expect(environment.other.data.description).toBe("says [/x]")
  expect(environment.cli.data.description).toBe("says [\u2060/x]")
  const variables = await asEach("GET", `/environmentshub/${id}/variables`)
  expect(variables.other.data[0]).toMatchObject({ value: "hard [/x] [b]", description: "[b]" })
  expect(variables.cli.data[0]).toMatchObject({ value: "hard [\u2060/x] [b]", description: "[\u2060b]" })
  const teams = await asEach("GET", "/user/teams")
  expect(teams.other.data[0].name).toBe("Team [/x]")
  expect(teams.cli.data[0].name).toBe("Team [\u2060/x]")
})

test("what Prime's platform has and this one has not is refused in a sentence, also where a part of its address would be an id", async () => {
  const asked: [string, string, RegExp, unknown?][] = [
    ["GET", "/rft/runs", /trains no models/],
    ["GET", "/training/volumes", /keeps no volumes$/],
    ["GET", "/sandbox/networks", /sandboxes have no networks/],
    ["GET", "/sandbox/volumes", /sandboxes have no volumes/],
    ["POST", "/sandbox", /no volumes/, { name: "a", docker_image: "i", volumes: [{ name: "v", mount_path: "/v" }] }],
    ["POST", "/evaluations", /no evaluation models/, { model: "m", state: "s", questions: {} }],
    ["POST", "/auth_challenge/generate", /no limits/, { encryptionPublicKey: "k", limits: { maxConcurrentSandboxes: 1 } }],
  ]
  for (const [method, address, sentence, body] of asked) {
    const answer = await platform().call(method, address, body)
    expect(answer, address).toMatchObject({ status: 501, body: { code: "not_offered", detail: expect.stringMatching(sentence) } })
  }
  expect((await platform().call("GET", "/sandbox/none")).status).toBe(404)
  expect((await platform().call("GET", "/nothing")).status).toBe(404)
})

test("feedback is kept: people see their own, an admin of the platform everybody's", async () => {
  const someone = await secondUser(platform(), "someone")
  await someone.call("POST", "/feedback", { message: "it breaks", category: "bug", run_id: null })
  await platform().call("POST", "/feedback", { message: "fine" })
  const messages = async (call: typeof someone.call) => (await call("GET", "/feedback")).body.data.map((one: any) => one.message)
  expect(await messages(someone.call)).toEqual(["it breaks"])
  expect(await messages(platform().call)).toEqual(["fine", "it breaks"])
  expect((await someone.call("POST", "/feedback", { message: " " })).status).toBe(422)
})
