import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { type TestPlatform, testApiKey } from "./test-platform.ts"

/** A trace as verifiers 0.4 writes one: a question, and an answer by a model call. */
export function traceRecord(id: string, more: Record<string, any> = {}): Record<string, any> {
  return {
    version: 1,
    id,
    verifiers: { version: "0.4.0" },
    task: { type: "EchoTask", data: { idx: 0, prompt: "say 0", answer: "0" }, key: `key of ${id}` },
    agent: { config: { model: "test/scripted" }, name: "agent", trainable: true },
    tools: [],
    nodes: [
      { semantic_parents: [], message: { role: "user", content: "say 0" }, sampled: false, timestamp: 1795950343.8, token_ids: [1, 2] },
      { parent: 0, message: { role: "assistant", content: `it is ${id}` }, sampled: true, timestamp: 1795950344.8, token_ids: [] },
    ],
    calls: [
      {
        node: 1,
        model: "test/scripted",
        endpoint: "/chat/completions",
        finish_reason: "stop",
        usage: { prompt_tokens: 10, completion_tokens: 5 },
        time: { start: 1795950343.6, end: 1795950343.8 },
      },
    ],
    rewards: { correct: { score: 1.0, weight: 0.5 } },
    metrics: { length: 7 },
    info: {},
    is_completed: true,
    ok: true,
    stop_condition: "agent_completed",
    errors: [],
    timing: {
      start: 1795950340.9,
      agent: { start: 1795950341.6, end: 1795950343.9, model: { duration: 0.2 } },
      scoring: { start: 1795950343.9, end: 1795950344.0 },
    },
    ...more,
  }
}

/** An episode of these traces. */
export function episodeRecord(id: string, traces: Record<string, any>[], more: Record<string, any> = {}): Record<string, any> {
  const task = traces[0]?.task ?? { type: "EchoTask", data: { idx: 9, prompt: "say 9" } }
  return { id, env: { id: "v1-echo" }, task, ok: true, is_timeout: false, errors: [], traces, ...more }
}

export interface Upload {
  lineFormat?: string
  context?: Record<string, string>
  headers?: Record<string, string>
  /** Instead of the hash of the lines. */
  key?: string
  gzip?: boolean
  metadata?: unknown
}

/** Uploads lines as prime-traces does. */
export async function uploadLines(
  platform: TestPlatform,
  lines: Uint8Array | string,
  { lineFormat = "episode", context = {}, headers = {}, key, gzip = true, metadata = { schema_version: 1, context } }: Upload = {},
): Promise<{ status: number; body: any }> {
  const bytes = Buffer.from(lines)
  const boundary = "0123456789abcdef"
  const encoding = gzip ? "Content-Encoding: gzip\r\n" : ""
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="metadata"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(metadata)}\r\n`,
    ),
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="traces"; filename="traces.jsonl"\r\n${encoding}Content-Type: application/x-ndjson\r\n\r\n`,
    ),
    gzip ? gzipSync(bytes) : bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return sendForm(platform, body, {
    "content-type": `multipart/form-data; boundary=${boundary}`,
    "idempotency-key": key ?? `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    ...(lineFormat === "trace" ? {} : { "x-prime-line-format": lineFormat }),
    ...headers,
  })
}

export async function sendForm(
  platform: TestPlatform,
  body: BodyInit,
  headers: Record<string, string>,
): Promise<{ status: number; body: any }> {
  const request = new Request("http://platform.test/api/v1/traces", {
    method: "POST",
    headers: { authorization: `Bearer ${testApiKey}`, ...headers },
    body,
    duplex: "half",
  } as RequestInit)
  const response = await platform.fetch(request, null)
  const text = await response.text()
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text }
}

export const jsonLines = (records: unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("")
