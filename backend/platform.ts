import path from "node:path"
import { type Config, readConfig } from "./base/config.ts"
import { hashToken } from "./base/crypto.ts"
import { folderFiles } from "./base/files.ts"
import { createLog } from "./base/log.ts"
import { createApp } from "./http/app.ts"
import type { InProcessCaller } from "./http/identify.ts"
import { Meter } from "./inference/meter.ts"
import { activeProviders, ModelRegistry } from "./inference/providers.ts"
import type { Services } from "./services/context.ts"
import { type Database, openDatabase } from "./store/db.ts"
import { ensureApiKey, ensureOwner } from "./store/identity.ts"
import { Signals } from "./store/signals.ts"

/** A running platform: its services, its API, and how to end it. */
export interface Platform {
  services: Services
  database: Database
  fetch: (request: Request, caller: InProcessCaller) => Promise<Response>
  /** The user that a browser on this machine speaks for. */
  ownerId: () => Promise<string>
  close: () => Promise<void>
}

/** The one place that wires everything: config → store → inference → API. Opens no connection until one is needed. */
export function createPlatform(config: Config, name: string): Platform {
  const log = createLog(name, config.logLevel)
  const database = openDatabase(config.databaseUrl, log)
  const signals = new Signals(config.databaseUrl, log)
  const meter = new Meter(database.db, log)
  const services: Services = {
    config,
    log,
    db: database.db,
    files: folderFiles(path.join(config.dataDir, "files")),
    signals,
    models: new ModelRegistry(activeProviders(config)),
    meter,
  }
  const app = createApp(services)
  let owner: Promise<string> | null = null
  return {
    services,
    database,
    fetch: async (request, caller) => app.fetch(request, { caller }),
    ownerId: () => {
      owner ??= ensureFirstUser(services).catch((error: unknown) => {
        owner = null
        throw error
      })
      return owner
    },
    close: async () => {
      await meter.flush()
      await signals.close()
      await database.close()
    },
  }
}

async function ensureFirstUser({ db, config }: Services): Promise<string> {
  const user = await ensureOwner(db, config.ownerSlug)
  if (config.apiKey) await ensureApiKey(db, user.id, hashToken(config.apiKey), config.apiKey.slice(0, 6))
  return user.id
}

const shared = globalThis as { hostedEvalsPlatform?: Platform }

/** The platform of this process. On globalThis, because Next holds several copies of each module in one process. */
export function platform(): Platform {
  shared.hostedEvalsPlatform ??= createPlatform(readConfig(), "web")
  return shared.hostedEvalsPlatform
}
