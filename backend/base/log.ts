import { type Logger, pino } from "pino"

export type Log = Logger

/** JSON lines on stdout; the launcher keeps them in a file and shows errors. */
export const createLog = (name: string, level: string): Log => pino({ name, level, redact: ["*.authorization", "*.apiKey"] })
