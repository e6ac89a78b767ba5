import { type ConnectionTools, keepConnected, type LiveMessage, type LiveState } from "./connection.ts"

const address = "/api/v1/events"
const name = "live-leader"

const tools: ConnectionTools = {
  open: () => new EventSource(address),
  probe: async () => {
    const stop = new AbortController()
    try {
      const response = await fetch(address, { headers: { accept: "text/event-stream" }, signal: stop.signal })
      return response.status
    } catch {
      return 0
    } finally {
      stop.abort()
    }
  },
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}

type Wire = LiveMessage | { kind: "ask" }

/**
 * The event stream of this browser. A browser opens at most six connections to one site, so only one tab, the leader,
 * holds the stream and tells the others; when it closes, the lock passes to the next. Where locks are not to be had
 * (plain http on another machine), each tab holds its own stream while it is visible.
 */
class Live {
  state: LiveState = "connecting"
  readonly #listeners = new Set<(message: LiveMessage) => void>()
  #stop: (() => void) | null = null

  subscribe = (listener: (message: LiveMessage) => void): (() => void) => {
    this.#listeners.add(listener)
    this.#stop ??= this.#start()
    return () => {
      this.#listeners.delete(listener)
      // A page change takes the listeners of one page away just before those of the next come.
      setTimeout(() => {
        if (this.#listeners.size > 0 || !this.#stop) return
        this.#stop()
        this.#stop = null
      }, 1000)
    }
  }

  #deliver = (message: LiveMessage) => {
    if (message.kind === "state") this.state = message.state
    for (const listener of [...this.#listeners]) listener(message)
  }

  #start(): () => void {
    if (!("locks" in navigator) || typeof BroadcastChannel === "undefined") return this.#startAlone()
    const channel = new BroadcastChannel(name)
    const stop = new AbortController()
    let isLeader = false
    channel.addEventListener("message", ({ data }: MessageEvent<Wire>) => {
      if (data.kind !== "ask") this.#deliver(data)
      else if (isLeader) channel.postMessage({ kind: "state", state: this.state } satisfies Wire)
    })
    channel.postMessage({ kind: "ask" } satisfies Wire)
    const lead = () =>
      new Promise<void>((release) => {
        isLeader = true
        const disconnect = keepConnected(tools, (message) => {
          this.#deliver(message)
          channel.postMessage(message)
        })
        stop.signal.addEventListener("abort", () => {
          disconnect()
          release()
        })
      })
    navigator.locks.request(name, { signal: stop.signal }, lead).catch(() => {})
    return () => {
      stop.abort()
      // The channel closes after the lock was given back, so that nothing is posted to a closed channel.
      setTimeout(() => channel.close(), 0)
    }
  }

  #startAlone(): () => void {
    let disconnect: (() => void) | null = null
    const follow = () => {
      if (document.visibilityState === "visible") disconnect ??= keepConnected(tools, this.#deliver)
      else {
        disconnect?.()
        disconnect = null
      }
    }
    follow()
    document.addEventListener("visibilitychange", follow)
    return () => {
      document.removeEventListener("visibilitychange", follow)
      disconnect?.()
    }
  }
}

export const live = new Live()
