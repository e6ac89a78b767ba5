import { Server } from "node:http"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { handleApi } from "@/lib/api/handle.ts"
import { serveApi } from "@/lib/serving/api.ts"
import { signInOwnBrowser } from "@/lib/serving/own-browser-sign-in.ts"
import { pagesInTurn } from "@/lib/serving/pages-in-turn.ts"
import { serveStaticFiles } from "@/lib/serving/static-files.ts"
import { markConnections } from "@/lib/sign-in/connection.ts"
import { operatorCookie } from "@/lib/sign-in/operator.ts"
import { sessionSecret } from "@/lib/sign-in/session.ts"
import { readTrustedProxies } from "@/lib/sign-in/trusted-proxies.ts"

/**
 * Before the first request: connections are marked, the operator's own browser is signed in, files of the build, the API and names of tunnels are served. Without a secret for
 * sessions, or with proxies that are no addresses, nothing is.
 * At the end the process is ended in order: Next itself would wait for every open event stream.
 */
export async function register(): Promise<void> {
  sessionSecret()
  readTrustedProxies(process.env.TRUSTED_PROXIES)
  markConnections()
  signInOwnBrowser(Server.prototype, operatorCookie)
  if (process.env.NODE_ENV === "production") {
    // Pages of another platform wait for that one, and not for this process.
    if (!remotePlatform()) pagesInTurn(Server.prototype)
    serveStaticFiles(Server.prototype)
    serveApi(Server.prototype, handleApi)
  }
  if (!remotePlatform()) {
    const { serveTunnels, traceWeb } = await import("@/lib/api/in-process.ts")
    await traceWeb()
    serveTunnels()
  }
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
