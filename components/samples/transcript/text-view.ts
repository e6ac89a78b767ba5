import { createLoader, createSerializer, parseAsNativeArrayOf, parseAsString, parseAsStringLiteral } from "nuqs/server"
import type { SampleNodeList } from "@/contract/index.ts"
import type { SearchParams } from "@/lib/list-search.ts"

const parsers = {
  view: parseAsStringLiteral(["plain"]),
  /** Texts that are shown whole. */
  full: parseAsNativeArrayOf(parseAsString),
  /** Of a large sample: what is shown instead of its messages. */
  list: parseAsStringLiteral(["events"]),
  /** A message of the part of a long transcript that is shown. */
  message: parseAsString,
}
const load = createLoader(parsers)
const serialize = createSerializer(parsers)

/** How the sample page shows texts; all of it comes from the address. */
export interface TextView {
  /** Answers as Markdown, else as they were written. */
  formatted: boolean
  /** The name of a message in the part of the transcript that is shown; null for the beginning. */
  message: string | null
  list: SampleNodeList
  isFull(key: string): boolean
  /** The address of the page with one more text shown whole. */
  hrefOfFull(key: string): string
  /** The address of the page with answers formatted or not. */
  hrefOfView(formatted: boolean): string
  /** The address of the part of the transcript that has a message, at this message. */
  hrefOfMessage(name: string): string
  /** The address of the beginning of the messages, or of the events, of a large sample. */
  hrefOfList(list: SampleNodeList): string
}

/** @param here the address of the page without the parameters of the view */
export function textView(searchParams: SearchParams, here: string): TextView {
  const { view, full, message, list } = load(searchParams)
  return {
    formatted: view !== "plain",
    message,
    list: list ?? "messages",
    isFull: (key) => full.includes(key),
    hrefOfFull: (key) => serialize(here, { view, full: [...full, key], message, list }),
    hrefOfView: (formatted) => serialize(here, { view: formatted ? null : "plain", message, list }),
    hrefOfMessage: (name) => `${serialize(here, { view, message: name, list })}#message-${name}`,
    hrefOfList: (other) => serialize(here, { view, list: other === "messages" ? null : other }),
  }
}
