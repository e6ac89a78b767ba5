import { isObject } from "./row-values.ts"

/** How Inspect names a text that stands elsewhere: by its hash, or by its place in a list. */
const reference = /attachment:\/\/(\w+)/g

export const attachmentNames = (text: string): string[] => [...new Set([...text.matchAll(reference)].map(([, name]) => name as string))]

/** A JSON value with attachments in place of their names; those that are not given stay as they are named. */
export function withAttachments(value: unknown, attachments: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string")
    return value.includes("attachment://") ? value.replace(reference, (named, name) => attachments.get(name) ?? named) : value
  if (Array.isArray(value)) return value.map((one) => withAttachments(one, attachments))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withAttachments(one, attachments)]))
}
