import type { Selected } from "../fields.ts"
import { usageTotals } from "../schema.ts"

export const usageSumFields = {
  requests: usageTotals.requests,
  failedRequests: usageTotals.failedRequests,
  promptTokens: usageTotals.promptTokens,
  cachedTokens: usageTotals.cachedTokens,
  reasoningTokens: usageTotals.reasoningTokens,
  completionTokens: usageTotals.completionTokens,
  costUsd: usageTotals.costUsd,
  unpricedRequests: usageTotals.unpricedRequests,
}

/** What requests to models come to. */
export type UsageSums = Selected<typeof usageSumFields>

export const noUsage: UsageSums = {
  requests: 0,
  failedRequests: 0,
  promptTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  completionTokens: 0,
  costUsd: 0,
  unpricedRequests: 0,
}

export const plus = (a: UsageSums, b: UsageSums): UsageSums => ({
  requests: a.requests + b.requests,
  failedRequests: a.failedRequests + b.failedRequests,
  promptTokens: a.promptTokens + b.promptTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  completionTokens: a.completionTokens + b.completionTokens,
  costUsd: a.costUsd + b.costUsd,
  unpricedRequests: a.unpricedRequests + b.unpricedRequests,
})
