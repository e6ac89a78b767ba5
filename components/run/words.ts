import { formatCount } from "@/lib/format.ts"

/** "1 rollout", "1,200 rollouts". */
export const counted = (count: number, one: string): string => `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
