import type { Server } from "node:http"
import type { NewSession } from "../contract/index.ts"
import { type Config, readConfig } from "./base/config.ts"
import { hashToken } from "./base/crypto.ts"
import { createLog } from "./base/log.ts"
import { Metrics } from "./base/metrics.ts"
import { openFiles } from "./base/open-files.ts"
import { outsideDispatcher } from "./base/outside.ts"
import { createApp } from "./http/app.ts"
import type { InProcessCaller } from "./http/identify.ts"
import { TunnelProxy } from "./http/tunnels/tunnel-proxy.ts"
import type { Visit } from "./http/visit.ts"
import { Budgets } from "./inference/budgets.ts"
import { Meter } from "./inference/meter.ts"
import { ModelRegistry } from "./inference/model-registry.ts"
import { OwnProviders } from "./inference/own-providers.ts"
import { Pace } from "./inference/pace.ts"
import { activeProviders } from "./inference/providers.ts"
import { RunCallers } from "./inference/run-callers.ts"
import { addIdentity, type IdentityAdded } from "./services/accounts/identities.ts"
import { type Identified, signInIdentified } from "./services/accounts/provider-sign-in.ts"
import { beginSession, type Place } from "./services/accounts/sessions.ts"
import type { Services } from "./services/context.ts"
import { identifyCaller } from "./services/identity/identify-caller.ts"
import { type Database, openDatabase } from "./store/db.ts"
import { ensureApiKey } from "./store/identity/api-keys.ts"
import { ensureOwner } from "./store/identity/users.ts"
import { Signals } from "./store/signals.ts"

/** A running platform: its services, its API, and how to end it. */
export interface Platform {
  services: Services
  database: Database
  /**
   * @param address where a request from the network came from; the platform's own requests have none, and no rate limit
   * @param visit of the page that makes this request with others
   */
  fetch: (request: Request, caller: InProcessCaller, address?: string, visit?: Visit) => Promise<Response>
  /** Serves the names of tunnels on a server, or on all of a class, which then answers everything else. */
  serveTunnels: (server: Pick<Server, "emit">) => void
  /** Whoever started the platform. */
  ownerId: () => Promise<string>
  /** Signs the operator in, whose browser was recognised. */
  signInOperator: (place: Place) => Promise<NewSession>
  /** Signs in whom a provider has identified. @throws NotLetIn */
  signInIdentified: (identified: Identified, invitation: string | null, place: Place) => Promise<NewSession>
  /** Connects an identity that a provider has confirmed to the account of a session. @throws ServiceError for a session that has ended */
  addIdentity: (identified: Identified, token: string) => Promise<IdentityAdded>
  close: () => Promise<void>
}

interface Wired {
  services: Services
  database: Database
}

/** The one place that wires everything: config → store → inference. Opens no connection until one is needed. */
function wire(config: Config, name: string): Wired {
  const log = createLog(name, config.logLevel)
  const database = openDatabase(config.databaseUrl, log, { hasPooler: config.databaseUrl !== config.directDatabaseUrl })
  const meter = new Meter(database.db, log)
  const outside = outsideDispatcher(config)
  const ownProviders = new OwnProviders(database.db, config.secretKey, outside)
  const services: Services = {
    config,
    log,
    db: database.db,
    files: openFiles(config),
    signals: new Signals(config.directDatabaseUrl, log),
    ownProviders,
    models: new ModelRegistry(activeProviders(config), (account) => ownProviders.of(account)),
    meter,
    budgets: new Budgets(database.db, meter),
    pace: new Pace(database.db),
    runCallers: new RunCallers(database.db),
    outside,
    metrics: new Metrics(),
  }
  return { services, database }
}

/** A platform of its own, for the worker and for tests. */
export const createPlatform = (config: Config, name: string): Platform => serve(wire(config, name))

function serve({ services, database }: Wired): Platform {
  const app = createApp(services)
  let owner: Promise<string> | null = null
  const ownerId = () => {
    owner ??= ensureFirstUser(services).catch((error: unknown) => {
      owner = null
      throw error
    })
    return owner
  }
  return {
    services,
    database,
    serveTunnels: (server) => new TunnelProxy(services).attachTo(server),
    fetch: async (request, caller, address, visit) => app.fetch(request, { caller, address, visit }),
    ownerId,
    signInOperator: async (place) => beginSession(services.db, await ownerId(), "operator", place),
    signInIdentified: (identified, invitation, place) => signInIdentified(services, identified, invitation, place),
    addIdentity: async (identified, token) => addIdentity(await identifyCaller(services, token), identified),
    close: async () => {
      await services.meter.flush()
      await services.signals.close()
      await database.close()
    },
  }
}

async function ensureFirstUser({ db, config }: Services): Promise<string> {
  const user = await ensureOwner(db, config.ownerSlug)
  if (config.apiKey) await ensureApiKey(db, user.id, hashToken(config.apiKey), config.apiKey.slice(0, 6))
  return user.id
}

const shared = globalThis as { hostedEvals?: Wired }
let current: Platform | null = null

/**
 * The platform of this process. Next holds several copies of each module in one process, so what may exist only once (pool,
 * listening connection, metered requests) is on globalThis; the routes are made per copy, so that hot reload reaches them.
 */
export function platform(): Platform {
  shared.hostedEvals ??= wire(readConfig(), "web")
  current ??= serve(shared.hostedEvals)
  return current
}
