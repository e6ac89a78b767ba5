import type { ChangesOf, NewOf, Selected } from "../fields.ts"
import { environmentVersions } from "../schema.ts"

export const versionFields = {
  id: environmentVersions.id,
  environmentId: environmentVersions.environmentId,
  contentHash: environmentVersions.contentHash,
  semanticVersion: environmentVersions.semanticVersion,
  wheelFilename: environmentVersions.wheelFilename,
  wheelSha256: environmentVersions.wheelSha256,
  wheelReadyAt: environmentVersions.wheelReadyAt,
  sourceFilename: environmentVersions.sourceFilename,
  sourceSha256: environmentVersions.sourceSha256,
  publishedAt: environmentVersions.publishedAt,
  metadata: environmentVersions.metadata,
  readme: environmentVersions.readme,
  evalDefaults: environmentVersions.evalDefaults,
  arguments: environmentVersions.arguments,
  rewards: environmentVersions.rewards,
  datasetSize: environmentVersions.datasetSize,
  examplesWithSecrets: environmentVersions.examplesWithSecrets,
  library: environmentVersions.library,
  createdAt: environmentVersions.createdAt,
}

/** A version of an environment. */
export type VersionRecord = Selected<typeof versionFields>
export type NewVersion = NewOf<typeof versionFields>
export type VersionChanges = ChangesOf<typeof versionFields>
