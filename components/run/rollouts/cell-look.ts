import type { BlockLook } from "@/components/charts/block-look.ts"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { rolloutLook, rolloutWords } from "@/components/charts/rollout-look.ts"
import type { Cell } from "./cells.ts"

export const lookOf = (cell: Cell, scale: Scale): BlockLook => rolloutLook(cell, scale)

/** The text of a square for screen readers. */
export const wordsOf = (cell: Cell): string => `Example ${cell.example}, rollout ${cell.rollout + 1}: ${rolloutWords(cell)}`
