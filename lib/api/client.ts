import type * as z from "zod"
import { address, type Values } from "@/contract/address.ts"
import {
  type AnswerKind,
  type Endpoint,
  type Endpoints,
  endpoints,
  type OperationId,
  parseExact,
  parseMessage,
  stringifyExact,
} from "@/contract/index.ts"
import { ApiError, toApiError } from "./error.ts"
import type { Send } from "./transport.ts"

type Part<E extends Endpoint, K extends "params" | "query" | "body"> = E[K] extends z.ZodType ? { [key in K]: z.input<E[K]> } : unknown
type Optional<T> = {
  [K in keyof T as undefined extends T[K] ? never : T[K] extends object ? (object extends T[K] ? never : K) : K]: T[K]
} & {
  [K in keyof T]?: T[K]
}
type Input<E extends Endpoint> = Optional<Part<E, "params"> & Part<E, "query"> & Part<E, "body">>
type Output<E extends Endpoint> = E["answer"] extends "json" ? z.output<E["response"]> : E["answer"] extends "stream" ? Response : undefined
type Arguments<I> = object extends I ? [input?: I] : [input: I]

/** One method per operation of the contract. Each throws ApiError for anything but a 2xx answer that fits its schema. */
export type Client = { [Id in OperationId]: (...input: Arguments<Input<Endpoints[Id]>>) => Promise<Output<Endpoints[Id]>> }

/**
 * The contract client over a transport.
 * @param parse check every answer against its schema; needed when the platform is not in this process
 */
export function createClient(send: Send, { parse }: { parse: boolean }): Client {
  const call = async (entry: Endpoint, input: { params?: Values; query?: Values; body?: unknown } = {}) => {
    const headers: Record<string, string> = input.body === undefined ? {} : { "content-type": "application/json" }
    const request = new Request(new URL(address(entry.path, input.params, input.query), "http://platform.invalid"), {
      method: entry.method.toUpperCase(),
      headers,
      body: input.body === undefined ? null : stringifyExact(input.body),
    })
    let response: Response
    try {
      response = await send(request)
    } catch (error) {
      throw new ApiError(0, `The platform could not be reached: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (!response.ok) throw await toApiError(response)
    return readAnswer(entry, entry.answer, response, parse)
  }
  return Object.fromEntries(
    Object.entries(endpoints).map(([id, entry]) => [id, (input?: object) => call(entry, input)]),
  ) as unknown as Client
}

async function readAnswer(entry: Endpoint, kind: AnswerKind, response: Response, parse: boolean): Promise<unknown> {
  if (kind === "stream") return response
  if (kind === "empty") return undefined
  const text = await response.text()
  let body: unknown
  try {
    body = entry.rows ? parseExact(text) : parseMessage(text)
  } catch {
    throw new ApiError(response.status, `${entry.method.toUpperCase()} ${entry.path} answered something that is not JSON`)
  }
  if (!parse) return body
  const parsed = entry.response.safeParse(body)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]
  throw new ApiError(
    response.status,
    `${entry.method.toUpperCase()} ${entry.path} answered in an unexpected shape: ${first?.path.join(".")} ${first?.message}`,
  )
}
