import type { EvaluationNotice } from "@/contract/index.ts"

/** `polling`: the platform has no event stream, so pages ask again now and then. */
export type LiveState = "connecting" | "connected" | "reconnecting" | "polling"

export type LiveMessage = { kind: "state"; state: LiveState } | { kind: "hello" } | { kind: "notice"; notice: EvaluationNotice }

/** The part of EventSource that is used, and what surrounds it; tests bring their own. */
export interface ConnectionTools {
  open(): EventSourceLike
  /** Status that the stream's address answers with; 0 when nothing answers. EventSource itself does not tell. */
  probe(): Promise<number>
  after(milliseconds: number, action: () => void): () => void
  random(): number
}

export interface EventSourceLike {
  readonly readyState: number
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void
  close(): void
}

const closed = 2
const delayFirstMs = 1000
const delayMaxMs = 30_000
const lookAgainMs = 120_000

/**
 * Keeps one event stream open. A lost connection comes back by the browser's own means; after an answer that is not a
 * stream the browser gives up, and it is opened again, later each time. Ends when the returned function is called.
 */
export function keepConnected(tools: ConnectionTools, emit: (message: LiveMessage) => void): () => void {
  let source: EventSourceLike | null = null
  let cancelTimer = () => {}
  let attempt = 0
  let ended = false

  const open = () => {
    const mine = tools.open()
    source = mine
    mine.addEventListener("hello", () => {
      attempt = 0
      emit({ kind: "state", state: "connected" })
      emit({ kind: "hello" })
    })
    mine.addEventListener("evaluation", (event) => {
      const notice = readNotice(event.data)
      if (notice) emit({ kind: "notice", notice })
    })
    mine.addEventListener("error", () => {
      if (ended || source !== mine) return
      if (mine.readyState === closed) void reopen()
      else emit({ kind: "state", state: "reconnecting" })
    })
  }

  const reopen = async () => {
    source = null
    const status = await tools.probe()
    if (ended) return
    const absent = status === 404 || status === 405 || status === 501
    emit({ kind: "state", state: absent ? "polling" : "reconnecting" })
    const delay = absent ? lookAgainMs : Math.min(delayMaxMs, delayFirstMs * 2 ** attempt)
    attempt++
    // Tabs and browsers that lost the same server do not come back in the same moment.
    cancelTimer = tools.after(delay * (0.5 + tools.random() / 2), open)
  }

  open()
  return () => {
    ended = true
    cancelTimer()
    source?.close()
  }
}

function readNotice(data: unknown): EvaluationNotice | null {
  try {
    const notice = JSON.parse(String(data)) as EvaluationNotice
    return typeof notice === "object" && notice !== null && typeof notice.evaluation_id === "string" ? notice : null
  } catch {
    return null
  }
}
