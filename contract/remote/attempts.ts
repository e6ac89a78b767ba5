import * as z from "zod"
import { limits } from "../limits.ts"

/*
 * What the program beside an attempt on another machine (runner/src/sandbox/ship) and the platform say to each other. The attempt's own token,
 * as Authorization: Bearer TOKEN, says which attempt it is.
 */

/** One process on one machine. The first that opens an attempt is the only one that may write for it. */
const Instance = z.string().min(1).max(limits.attemptInstanceCharactersMax)

export const OpenAttemptRequest = z.object({ instance: Instance })

/** What the program is to start, and how it is to report. */
export const AttemptOrder = z.object({
  /** The attempt's folder on that machine, which the program makes. */
  work_dir: z.string(),
  /** What the shim reads as spawn.json. */
  spawn: z.record(z.string(), z.unknown()),
  /** The environment of the attempt's process. */
  variables: z.record(z.string(), z.string()),
  /** Names of variables that it has besides, as whatever started the program there has set them: which GPUs it was given. */
  inherited: z.array(z.string()).optional(),
  /** Files by their path below work_dir, in base64. */
  files: z.record(z.string(), z.string()),
  /** How much of a stream has arrived. */
  offsets: z.object({ events: z.int(), output: z.int() }),
  /** The program says at least this often that it lives. */
  heartbeat_seconds: z.number(),
  /** It ends itself, with all it started, when nobody has answered for this long. */
  silence_seconds: z.number(),
  /** Lines are sent in pieces of this size; a longer one alone; one beyond the other limit not at all. */
  piece_bytes: z.int(),
  line_bytes_max: z.int(),
})
export type AttemptOrder = z.infer<typeof AttemptOrder>
/** The part of an order that is known when the attempt is made, and stored with it. */
export type StoredAttemptOrder = Pick<AttemptOrder, "work_dir" | "spawn" | "variables" | "inherited" | "files" | "silence_seconds">

export const AppendSpoolQuery = z.object({
  instance: Instance,
  stream: z.enum(["events", "output"]),
  /** Where in the stream the lines begin, in bytes. */
  offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
})
export type AppendSpoolQuery = z.infer<typeof AppendSpoolQuery>

export const AppendSpoolResponse = z.object({
  /** Where the stream goes on. Behind the lines when they were taken; where it was when there is no room for them yet. */
  offset: z.int(),
  /** Whether the attempt is to end. */
  stop: z.boolean(),
})
export type AppendSpoolResponse = z.infer<typeof AppendSpoolResponse>

export const EndAttemptRequest = z.object({
  instance: Instance,
  /** How the process ended; null and null when that is not known. */
  code: z.int().nullable(),
  signal: z.string().max(20).nullable(),
  /** The limit whose excess ended it. */
  limit: z.enum(["memory", "disk", "output"]).nullable(),
  /** Why nothing of the order was started: that machine cannot enclose it as the order asks. */
  refused: z.string().max(1000).nullish(),
})
export type EndAttemptRequest = z.infer<typeof EndAttemptRequest>
export type AttemptExit = Omit<EndAttemptRequest, "instance">
