import { apiKey, secretKey, sessionSecret } from "./secrets.mjs"

/**
 * The environment of web, worker and migration: ours on top of the one the launcher was started with.
 * @param {import("./settings.mjs").Settings} settings
 * @param {{ mode: "production" | "development", databaseUrl?: string, python?: { python: string, uv: string }, localModel?: string }} parts
 *   localModel: the folder of the model that runs on this machine
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(settings, { mode, databaseUrl, python, localModel }) {
  const common = {
    ...process.env,
    NODE_ENV: mode,
    HOST: settings.host,
    PORT: String(settings.port),
    WORKER_PORT: String(settings.workerPort),
    DATA_DIR: settings.dataDir,
    PUBLIC_URL: settings.publicUrl,
    NEXTAUTH_URL: process.env.NEXTAUTH_URL || settings.publicUrl,
    NEXTAUTH_SECRET: sessionSecret(settings.dataDir, process.env),
    NEXT_TELEMETRY_DISABLED: "1",
  }
  if (settings.remote || !python) return common
  return {
    ...common,
    DATABASE_URL: databaseUrl,
    // A worker alone makes no key: those of the platform are in its database.
    ...(settings.workerAlone ? {} : { API_KEY: apiKey(settings.dataDir, process.env) }),
    SECRET_KEY: secretKey(settings.dataDir, process.env),
    // Ctrl-C leaves nothing behind; the runs go on where they were at the next start.
    RUNS_ON_STOP: process.env.RUNS_ON_STOP || "stop",
    PYTHON_BASE: python.python,
    UV: python.uv,
    LOCAL_MODEL_FOLDER: localModel,
  }
}
