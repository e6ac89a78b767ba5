import type { Context } from "../../context.ts"

/** Writes one export format of a run, piece by piece, as fast as the reader takes it. @throws ServiceError for a run the caller may not see */
export type Exporter = (ctx: Context, evaluationId: string) => Promise<AsyncIterable<string | Uint8Array>>
