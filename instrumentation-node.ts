import { remotePlatform } from "@/lib/api/server.ts"

/** Ends the web process in order: Next itself would wait for every open event stream. */
export async function register(): Promise<void> {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    if (!remotePlatform())
      await Promise.race([(await import("@/lib/api/in-process.ts")).closePlatform(), new Promise((resolve) => setTimeout(resolve, 3000))])
    process.exit(0)
  }
  process.once("SIGTERM", stop)
  process.once("SIGINT", stop)
}
