import { createHash, generateKeyPairSync } from "node:crypto"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { createAdaptorServer } from "@hono/node-server"
import type { KeyScope } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { artifactKey } from "../../base/files.ts"
import { newId, newToken } from "../../base/ids.ts"
import { mintApiKey } from "../../services/identity/api-keys.ts"
import { insertCheck } from "../../store/environments/checks.ts"
import { markAsSample } from "../../store/environments/environments.ts"
import { insertEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { insertRunToken } from "../../store/evaluations/run-tokens.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import { memberships, sandboxCheckpoints } from "../../store/schema.ts"
import { insertTunnel } from "../../store/tunnels/tunnels.ts"
import { tarOf, zipOf } from "../archives.ts"
import { newEnvironment, newUser } from "../service-context.ts"
import { newPublicKey } from "../ssh-keys.ts"
import type { TestPlatform } from "../test-platform.ts"
import { episodeRecord, jsonLines, traceRecord } from "../traces.ts"

/** Who asks, in the order of the columns of the table of expected answers. */
export const callers = ["owner", "editor", "runner", "viewer", "other", "nobody", "run", "expired"] as const
export type CallerName = (typeof callers)[number]

/** Stands in every name and text of the team and of its owner: whoever is not of the team may not see it in any answer. */
export const mark = "zqmark"

export interface Answer {
  status: number
  text: string
  json: any
}

export type Ask = (caller: CallerName, method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

const everything = ["read", "run", "write"] as const
const day = 86_400_000

/**
 * A server with a team that has one of everything, a member of each role, somebody of another team, and a run of the team with its
 * token. What a request uses up is made anew for each.
 */
export async function makeWorld(platform: TestPlatform) {
  const { db, files, config } = platform.services
  const server = createAdaptorServer({ fetch: (request: Request) => platform.fetch(request, null) })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`

  const keys: Partial<Record<CallerName, string>> = {}
  const userIds = {} as Record<"owner" | "editor" | "runner" | "viewer" | "other", string>
  for (const name of ["owner", "editor", "runner", "viewer", "other"] as const) {
    const { userId } = await newUser(platform, name === "other" ? "somebody-else" : `${mark}-${name}`)
    userIds[name] = userId
    keys[name] = (
      await mintApiKey(db, userId, { name: name === "other" ? "key" : `${mark} key`, scopes: everything, expiresAt: null })
    ).value
  }
  keys.expired = (await mintApiKey(db, userIds.owner, { name: "old", scopes: everything, expiresAt: new Date(Date.now() - day) })).value

  const ask: Ask = async (caller, method, path, body, headers = {}) => {
    const key = keys[caller]
    const isBytes = typeof body === "string" || body instanceof Uint8Array
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : isBytes ? (body as BodyInit) : JSON.stringify(body),
    })
    const isEndless = response.headers.get("content-type")?.startsWith("text/event-stream")
    const text = isEndless ? await firstPiece(response) : await response.text()
    return { status: response.status, text, json: response.headers.get("content-type") === "application/json" ? JSON.parse(text) : null }
  }
  /** What the owner of the team makes. @throws Error when that does not work: then the test would test nothing */
  const make = async (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any> => {
    const { status, json, text } = await ask("owner", method, path, body, headers)
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`)
    return json
  }

  const team: string = (await make("POST", "/user/teams", { name: `${mark} team`, slug: `${mark}-team` })).data.teamId
  for (const role of ["editor", "runner", "viewer"] as const)
    await db.insert(memberships).values({ teamId: team, userId: userIds[role], role })
  const others = (await ask("other", "POST", "/user/teams", { name: "Others", slug: "other-team" })).json.data.teamId as string

  const ownedByTeam = { userId: userIds.owner, teamId: team }
  /** A private environment of the team, with the files of its version. */
  const newEnv = async () => published(ownedByTeam, `${mark}-team`, `${mark}-env-${newId().slice(-8)}`, "PRIVATE")
  const published = async (owner: object, slug: string, name: string, visibility: "PUBLIC" | "PRIVATE") => {
    const { id, versionId } = await newEnvironment(platform, owner as typeof ownedByTeam, { name, visibility })
    await files.put(artifactKey(versionId, "source"), Readable.from(await tarOf({ "README.md": visibility === "PUBLIC" ? "open" : mark })))
    await files.put(artifactKey(versionId, "wheel"), Readable.from(zipOf(["module.py"])))
    const checkId = newId()
    await insertCheck(db, { id: checkId, environmentId: id, versionId, status: "FAILED", trigger: "push" })
    return { id, versionId, checkId, hash: hashToken(versionId).slice(0, 8), at: { owner: slug, name } }
  }
  const env = await newEnv()
  /** Somebody else's environment that everybody may see. */
  const author = await newUser(platform, "open-author")
  const newOpenEnv = () => published(author, "open-author", `open-${newId().slice(-8)}`, "PUBLIC")
  const sample = await newEnvironment(platform, { userId: userIds.other }, { name: "for-all" })
  await markAsSample(db, sample.id)

  /** A run of the team that was recorded, with a sample, a review and a log. */
  const newRun = async (state: "ended" | "open" = "ended") => {
    const body = { name: `${mark} run`, environments: [{ id: env.id }], team_id: team, model_name: `${mark}/model`, tags: [`${mark}-tag`] }
    const id: string = (await make("POST", "/evaluations/", body)).evaluation_id
    const sampleOf = (example: string) => ({
      example_id: example,
      reward: 0.5,
      metrics: { exact: 1 },
      prompt: [{ role: "user", content: `${mark} question` }],
      completion: [{ role: "assistant", content: `${mark} answer` }],
    })
    await make("POST", `/evaluations/${id}/samples`, { samples: [sampleOf("one"), sampleOf("two")] })
    await appendLogLines(db, id, 0, [{ at: Date.now(), stream: "stdout", level: "info", text: `${mark} line` }])
    await updateEvaluation(db, id, { logLines: 1 })
    if (state === "ended") await make("POST", `/evaluations/${id}/finalize`, {})
    return id
  }
  /** A run of the team on the platform: one that waits, or one that was stopped and may go on. */
  const newHosted = async (state: "waiting" | "stopped"): Promise<string> => {
    const ended = state === "stopped" ? { status: "CANCELLED" as const, phase: "ended" as const, completedAt: new Date() } : {}
    const row = await insertEvaluation(db, {
      id: newId(),
      name: `${mark} hosted`,
      ...ownedByTeam,
      isHosted: true,
      evalType: "environment",
      status: "PENDING",
      phase: "queued",
      environmentId: env.id,
      versionId: env.versionId,
      environments: [],
      metadata: {},
      evalConfig: {},
      rolloutsTotal: 4,
      ...ended,
    })
    return row.id
  }
  const [run, second] = [await newRun(), await newRun()]
  const sampleId: string = (await make("GET", `/evaluations/${run}/samples`)).samples[0].sample_id ?? ""
  const summaries = await make("GET", `/evaluations/${run}/sample-summaries`)
  const runSample = sampleId || (summaries.samples[0].sample_id as string)
  await make("PUT", `/evaluations/${run}/samples/${runSample}/reviews`, { rating: 1, note: `${mark} note` })

  const token = newToken("her_")
  const tokenRow = { hash: hashToken(token), evaluationId: run, permissions: ["sandbox" as const], expiresAt: new Date(Date.now() + day) }
  await insertRunToken(db, tokenRow)
  keys.run = token

  /** Has a worker host sandboxes, for a moment. */
  const hostSandboxes = () =>
    recordHostHeartbeat(db, {
      worker: "a-1",
      executor: "bubblewrap",
      gatewayUrl: "http://worker.test/sandboxes",
      refusal: null,
      sshAddress: "worker.test:2222",
    })
  const newSandbox = async (): Promise<string> => {
    await hostSandboxes()
    return (
      await make("POST", "/sandbox", {
        name: `${mark}-sandbox`,
        docker_image: "python:3.11-slim",
        team_id: team,
        labels: [`${mark}-label`],
      })
    ).id
  }
  /** Of its sandbox, taken by the owner of the team. */
  const newCheckpoint = async (): Promise<string> => {
    const id = newId()
    const ofTeam = { sandboxId: await newSandbox(), userId: userIds.owner, teamId: team, image: "i", diskGb: 1 }
    await db.insert(sandboxCheckpoints).values({ id, ...ofTeam, state: "DURABLE", storedBytes: 1 })
    return id
  }
  const newInstance = async (): Promise<string> => {
    await hostSandboxes()
    return (
      await make("POST", "/pods", { pod: { name: `${mark}-pod`, cloudId: "local-sandbox", gpuType: "CPU_NODE" }, team: { teamId: team } })
    ).id
  }
  const newSshKey = async (): Promise<string> =>
    (await make("POST", "/ssh_keys/", { name: `${mark} key`, publicKey: newPublicKey(mark) })).id
  const newSecret = async (): Promise<string> =>
    (await make("POST", "/secrets/", { name: `${mark}_${newId().slice(-8)}`.toUpperCase(), value: "hidden", teamId: team })).data.id
  const ofEnv = `/environmentshub/${env.id}`
  const named = (value: string) => ({ name: `${mark}_${newId().slice(-8)}`.toUpperCase(), value })
  const newEnvSecret = async (): Promise<string> => (await make("POST", `${ofEnv}/secrets`, named("hidden"))).data.id
  const newVariable = async (): Promise<string> => (await make("POST", `${ofEnv}/variables`, named(mark))).data.id
  const newLink = async (): Promise<string> => {
    const id = await newSecret()
    await make("POST", `${ofEnv}/secrets/link/${id}`)
    return id
  }
  const slug = () => `${mark}-${newId().slice(-8)}`
  const newProvider = async (): Promise<string> => {
    const body = { slug: slug(), name: `${mark} provider`, base_url: "http://127.0.0.1:9/v1", team_id: team, is_on: false }
    const made = await make("POST", "/inference/providers", body)
    return made.id ?? made.data.id
  }
  const newPreset = async (): Promise<string> =>
    (await make("POST", "/run-presets", { name: slug(), eval_config: { num_examples: 1, rollouts_per_example: 1 } })).id
  const newView = async (): Promise<string> => (await make("POST", "/views", { name: slug(), query: "status=FAILED" })).id
  const newChannel = async (): Promise<string> =>
    (await make("POST", "/notifications/channels", { kind: "webhook", name: slug(), url: "https://example.com/hook" })).channel.id
  const newRule = async (): Promise<string> => (await make("POST", "/notifications/rules", { events: ["ended"], team_id: team })).id
  const newComment = async (): Promise<string> => (await make("POST", `/evaluations/${run}/comments`, { text: `${mark} looks right` })).id
  const schedule = () => ({
    name: slug(),
    team_id: team,
    inference_model: "m",
    eval_config: { num_examples: 1, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1" },
    when: { kind: "version" },
  })
  const newSchedule = async (): Promise<string> =>
    (await make("POST", `/environmentshub/${env.at.owner}/${env.at.name}/schedules`, schedule())).id
  const newInvitation = async (): Promise<string> => {
    const body = { email: `${slug()}@example.com`, team_id: team, role: "viewer" }
    return (await make("POST", "/invitations", body)).data.id
  }
  const newShare = async (id = run) => make("POST", `/evaluations/${id}/shares`, { samples: true, logs: true })
  const newKey = async (): Promise<string> => (await make("POST", "/user/api-keys", { name: `${mark} another` })).data.id
  const newMember = async (): Promise<string> => {
    const { userId } = await newUser(platform, slug().slice(0, 30))
    await db.insert(memberships).values({ teamId: team, userId, role: "viewer" })
    return userId
  }
  /** A team that they all are in as in the first. */
  const newTeam = async (): Promise<string> => {
    const { teamId } = (await make("POST", "/user/teams", { name: `${mark} again`, slug: slug() })).data
    for (const role of ["editor", "runner", "viewer"] as const) await db.insert(memberships).values({ teamId, userId: userIds[role], role })
    return teamId
  }
  const newTunnel = async (): Promise<string> => {
    const expiresAt = new Date(Date.now() + day)
    const row = { id: newId(), ...ownedByTeam, evaluationId: null, name: `${mark} tunnel`, localPort: 80, labels: [], secretHash: newId() }
    const made = await insertTunnel(db, { ...row, httpUser: null, httpPasswordHash: null, worker: "a-1", expiresAt }, 1000)
    return made?.id ?? ""
  }
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const encryptionPublicKey = publicKey.export({ type: "spki", format: "pem" }).toString()
  const newChallenge = async (): Promise<string> => (await make("POST", "/auth_challenge/generate", { encryptionPublicKey })).challenge
  const artifact = (filename: string, version: string) => ({
    content_hash: sha256(newId()),
    filename,
    sha256: sha256(newId()),
    semantic_version: version,
    metadata: {},
  })
  let versions = 0
  const wheel = () => artifact("x-1.0-py3-none-any.whl", `1.${versions++}`)
  const source = () => artifact("x.tar.gz", `1.${versions++}`)

  /** A trace in the team's own, as prime-traces uploads one for it. */
  const form = (id: string) => {
    const boundary = "0123456789abcdef"
    const part = (name: string, type: string, content: string, more = "") =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`
    const run = { type: "eval", id: `run-of-${id}` }
    const lines = jsonLines([episodeRecord(`episode-of-${id}`, [traceRecord(id, { run })], { run })])
    return {
      body: `${part("metadata", "application/json", JSON.stringify({ schema_version: 1, context: {} }))}${part("traces", "application/x-ndjson", lines, '; filename="traces.jsonl"')}--${boundary}--\r\n`,
      headers: {
        "content-type": `multipart/form-data; boundary=${boundary}`,
        "idempotency-key": `sha256:${sha256(lines)}`,
        "x-prime-line-format": "episode",
      },
    }
  }
  const newTrace = async (): Promise<string> => {
    const id = `${mark}-trace-${newId().slice(-8)}`
    const { body, headers } = form(id)
    await make("POST", "/traces", body, { ...headers, "x-prime-team-id": team })
    return id
  }
  const trace = await newTrace()
  await make("POST", "/feedback", { message: `${mark} feedback` })

  return {
    platform,
    config,
    ask,
    make,
    team,
    others,
    users: userIds,
    env,
    sample,
    encryptionPublicKey,
    run,
    second,
    runSample,
    trace,
    sandbox: await newSandbox(),
    instance: await newInstance(),
    secret: await newSecret(),
    envSecret: await newEnvSecret(),
    variable: await newVariable(),
    provider: await newProvider(),
    shareToken: String((await newShare()).url)
      .split("/")
      .at(-1) as string,
    preset: await newPreset(),
    view: await newView(),
    channel: await newChannel(),
    tunnel: await newTunnel(),
    newChannel,
    newRule,
    newComment,
    newInvitation,
    schedule,
    newSchedule,
    newEnv,
    newOpenEnv,
    newTeam,
    newTunnel,
    newChallenge,
    wheel,
    source,
    newRun,
    newHosted,
    newSandbox,
    newCheckpoint,
    newInstance,
    newSshKey,
    hostSandboxes,
    newSecret,
    newEnvSecret,
    newVariable,
    newLink,
    newProvider,
    newPreset,
    newView,
    newShare,
    newKey,
    newMember,
    newTrace,
    form,
    slug,
    name: () => `new-${newId().slice(-8)}`,
    secretName: () => `NAME_${newId().slice(-8)}`.toUpperCase(),
    base,
    keyOf: (caller: CallerName) => keys[caller] ?? "",
    /** Has somebody ask with another key of the owner's, for these things only. */
    useKey: async (caller: CallerName, scopes: readonly KeyScope[]) => {
      keys[caller] = (await mintApiKey(db, userIds.owner, { name: "narrow", scopes, expiresAt: null })).value
    },
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}

export type World = Awaited<ReturnType<typeof makeWorld>>

async function firstPiece(response: Response): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return Buffer.from(value ?? []).toString()
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")
