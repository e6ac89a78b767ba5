import path from "node:path"
import type { Config } from "./config.ts"
import { type Files, folderFiles } from "./files.ts"
import { s3Files } from "./s3-files.ts"

/** The files of a platform, where its settings say they are. */
export const openFiles = (config: Config): Files =>
  "s3" in config.files ? s3Files(config.files.s3, path.join(config.dataDir, "cache/files")) : folderFiles(config.files.folder)
