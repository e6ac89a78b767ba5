import type { LatencyProfile } from "./latency.ts"

export const modelIds = ["demo/scholar", "demo/apprentice", "demo/novice"] as const
export type ModelId = (typeof modelIds)[number]

/** A scripted model as the model list shows it; its environments are word-arithmetic, number-hunt and market-clerk. Prices are invented, so that cost is visible without being spent. */
export type DemoModel = {
  description: string
  contextLength: number
  pricing: { input_usd_per_mtok: number; output_usd_per_mtok: number }
  latency: LatencyProfile
}

const contextLength = 32_768

export const models: Record<ModelId, DemoModel> = {
  "demo/scholar": {
    description: "A scripted program, not a language model. Works carefully: right about nine times in ten on its three environments.",
    contextLength,
    pricing: { input_usd_per_mtok: 0.4, output_usd_per_mtok: 1.6 },
    latency: { firstTokenMs: [240, 330], perTokenMs: 3, maxMs: 700 },
  },
  "demo/apprentice": {
    description: "A scripted program, not a language model. Right about seven times in ten on its three environments.",
    contextLength,
    pricing: { input_usd_per_mtok: 0.1, output_usd_per_mtok: 0.4 },
    latency: { firstTokenMs: [110, 190], perTokenMs: 1.6, maxMs: 420 },
  },
  "demo/novice": {
    description: "A scripted program, not a language model. Makes many slips: right about one time in three on its three environments.",
    contextLength,
    pricing: { input_usd_per_mtok: 0.02, output_usd_per_mtok: 0.08 },
    latency: { firstTokenMs: [55, 100], perTokenMs: 0.8, maxMs: 200 },
  },
}

/** Says whether a model id names one of the scripted models. */
export function isModelId(id: string): id is ModelId {
  return (modelIds as readonly string[]).includes(id)
}
