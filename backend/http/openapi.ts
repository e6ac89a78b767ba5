import * as z from "zod"
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi"
import { type Endpoint, ErrorBody, endpoints, UploadMetadata } from "../../contract/index.ts"

const failures: [number, string][] = [
  [401, "No key, or a key that is not valid"],
  [403, "The key may not do this"],
  [404, "There is no such thing, or the caller may not see it"],
  [409, "The state of the thing does not allow this"],
  [422, "A field breaks a rule; the body names the field and the limit"],
  [429, "Too many requests within a minute, or too many uploads at once; Retry-After says when to ask again"],
]

const rejection: [number, string] = [400, "Refused for good; `error.code` is Prime Traces' word for why"]

const bodyFailures: [number, string][] = [
  [408, "The body did not come in time"],
  [413, "The body is too large"],
]

const unavailable = (status: 501 | 503): [number, string] => [
  status,
  status === 501 ? "This platform does not offer that" : "Nothing that could do this is there at the moment",
]

/** The OpenAPI 3.1 document of the endpoint table. */
export function openApiDocument(version: string): object {
  const paths: ZodOpenApiPathsObject = {}
  for (const [id, entry] of Object.entries(endpoints) as [string, Endpoint][]) {
    const path = `/api/v1${entry.path}`
    paths[path] = { ...paths[path], [entry.method]: operation(id, entry) }
  }
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Hosted Evals",
      version,
      description:
        "The API of a Hosted Evals platform. Operations marked as extensions are not part of Prime's public API; GET /api/v1/capabilities lists them.",
    },
    servers: [{ url: "/" }],
    security: [{ apiKey: [] }],
    components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer" } } },
    paths,
  })
}

function operation(id: string, entry: Endpoint): ZodOpenApiOperationObject {
  return {
    operationId: id,
    tags: [entry.group],
    summary: entry.summary,
    ...(entry.access === "required" ? {} : { security: entry.access === "public" ? [] : [{}, { apiKey: [] }] }),
    ...(entry.extension ? { "x-extension": true } : {}),
    requestParams: { ...(entry.params ? { path: entry.params } : {}), ...(entry.query ? { query: entry.query } : {}) },
    ...(entry.body ? { requestBody: { content: { "application/json": { schema: entry.body } } } } : {}),
    ...(entry.rawBody ? { requestBody: { content: rawContent(entry.rawBody) } } : {}),
    responses: {
      [entry.status]: { description: "Done", ...answerContent(entry) },
      ...(entry.refusal ? { [entry.refusal[0]]: { description: entry.refusal[1], ...answerContent(entry) } } : {}),
      ...Object.fromEntries(
        [
          ...failures,
          ...(entry.group === "traces" ? [rejection] : []),
          ...(entry.body || entry.rawBody ? bodyFailures : []),
          ...(entry.unavailable ? [unavailable(entry.unavailable)] : []),
        ].map(([status, description]) => [status, { description, content: { "application/json": { schema: ErrorBody } } }]),
      ),
    },
  } as ZodOpenApiOperationObject
}

const binary = z.string().meta({ format: "binary" })

/** What a route reads itself, by kinds of content. */
const rawContent = (kind: true | "form") =>
  kind === "form"
    ? { "multipart/form-data": { schema: z.object({ metadata: UploadMetadata, traces: binary }) } }
    : { "application/octet-stream": { schema: binary } }

/** Types that readers of a document take apart: what is said of them is said of what is inside. */
const isParsed = /^application\/(json|yaml)$/

function answerContent({ answer, contentType, response }: Endpoint): object {
  if (answer === "empty") return {}
  const types = [contentType ?? []].flat()
  if (types.length > 0)
    return {
      content: Object.fromEntries(types.map((type) => [type, { schema: isParsed.test(type) ? response : streamSchema(type) }])),
    }
  return { content: { "application/json": { schema: response } } }
}

const streamSchema = (type: string) => (type === "application/gzip" || type === "application/octet-stream" ? binary : z.string())
