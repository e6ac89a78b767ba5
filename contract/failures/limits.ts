import { permissions } from "../permissions.ts"
import { type ErrorLink, type FailureRow, named, says } from "./failure-row.ts"
import { missingSecrets, missingSecretsWords } from "./missing-secrets.ts"

/** Names the switch of the launch form, where the exception shows which one it is. */
const permissionWords = ({ type, message }: ErrorLink) => {
  const asked = permissions.find(({ mentioned }) => mentioned.test(`${type} ${message}`))
  return asked ? { advice: `If you trust the environment with ${asked.what}, run again with “${asked.label}” switched on.` } : {}
}

/** What a run may not do or use up, whatever it is doing at the moment. */
export const limitFailures = {
  missing_permission: {
    label: "Missing permission",
    title: "The run lacks a permission",
    explanation: "The environment asked the platform for something that this run was not allowed to use.",
    advice: "If you trust the environment with it, run again with the permission switched on.",
    cases: [
      { when: (e) => says(e, /missing_permission|This run may not use /) || named(e, "TunnelAuthError"), words: permissionWords },
      // Clients that tell the status and the address of a refused request, and not what was said.
      { when: (e) => says(e, /\b403\b/) && says(e, /\/api\/v1\/(sandbox|tunnel|pods|instances)\b/), words: permissionWords },
    ],
  },
  missing_secret: {
    label: "Missing secret",
    title: "A secret is missing",
    explanation: "The environment asked for an environment variable that this run did not have.",
    advice: "Give it as a one-off secret of the next run, or add it to the environment's secrets for all runs.",
    cases: [{ when: (e) => missingSecrets(e).length > 0, words: (e) => missingSecretsWords(missingSecrets(e)) }],
  },
  out_of_memory: {
    label: "Out of memory",
    title: "The run ran out of memory",
    explanation: "The environment's process needed more memory than a run may use.",
    advice: "Run again with fewer rollouts at the same time, or let the environment keep less in memory.",
    cases: [{ when: (e) => named(e, "MemoryError", "OutOfMemoryError") || says(e, /\[Errno 12\]/) }],
  },
  disk_limit: {
    label: "Disk full",
    title: "The run filled its disk space",
    explanation: "The environment wrote more than a run may keep on disk, or more files than fit into that.",
    advice: "Let the environment delete what it no longer needs, or download less.",
    cases: [{ when: (e) => says(e, /\[Errno (28|122|27)\]|No space left on device|Disk quota exceeded/) }],
  },
  budget_exceeded: {
    label: "Budget",
    title: "The budget is used up",
    explanation: "The run was stopped because it reached its budget. Finished rollouts were kept.",
    advice: "Run again with a higher budget, with fewer rollouts or with a cheaper model.",
    cases: [{ when: (e) => says(e, /budget_exceeded/) }],
  },
} as const satisfies Record<string, FailureRow>
