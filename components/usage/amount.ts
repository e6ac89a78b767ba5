import { limits } from "@/contract/limits.ts"

export const amountRule = `A number from 0 to ${limits.budgetUsdMax.toLocaleString("en-US")}, or nothing for no limit.`

/** The typed amount of dollars; null for none, undefined for text that is not an amount. */
export function amountOf(text: string): number | null | undefined {
  const trimmed = text.trim().replace(/^\$/, "").replaceAll(",", "")
  if (trimmed === "") return null
  const value = Number(trimmed)
  return /^(\d+\.?\d*|\.\d+)$/.test(trimmed) && value <= limits.budgetUsdMax ? value : undefined
}
