import type { Model } from "@/contract/index.ts"

/** "$0.15 in, $0.60 out per million tokens". */
export function modelPrice({ pricing }: Pick<Model, "pricing">): string {
  const input = pricing?.input_usd_per_mtok ?? null
  const output = pricing?.output_usd_per_mtok ?? null
  if (input === null && output === null) return "Price not known"
  if (input === 0 && output === 0) return "Free"
  const one = (price: number | null) =>
    price === null ? "?" : `$${price.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`
  return `${one(input)} in, ${one(output)} out per million tokens`
}
