import { Readable } from "node:stream"
import type Docker from "dockerode"

/** An image with nothing in it: the container's system is the host's, read-only. It is made when it is missing, from no registry. */
export const emptyImage = "localhost/hosted-evals-empty:latest"
const imageName = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/
/** A tar archive of no files: two empty blocks. */
const emptyArchive = Buffer.alloc(1024)

/** The status of an engine's answer that is an error; undefined when there was no answer. */
export const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode

/** Resolves also when the engine's answer is one of these errors, for instance because it is so already. */
export async function tolerating<T>(statuses: readonly number[], request: Promise<T>): Promise<T | null> {
  try {
    return await request
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return null
    throw error
  }
}

/** The image that a program asks for, when the engine has it; null otherwise. Its name comes from a stranger. */
export async function requestedImage(engine: Docker, image: string | undefined): Promise<string | null> {
  return image && imageName.test(image) && !image.includes("..") && (await hasImage(engine, image)) ? image : null
}

/**
 * Makes sure that the engine has the image, or the empty one for null.
 * @throws Error that says what to do when an image is missing that cannot be made here
 */
export async function ensureImage(engine: Docker, image: string | null): Promise<void> {
  if (await hasImage(engine, image ?? emptyImage)) return
  if (image) throw new Error(`There is no image ${image}: pull or build it, or leave SANDBOX_IMAGE out to use this machine's system`)
  await importImage(engine, emptyImage.slice(0, emptyImage.lastIndexOf(":")), emptyArchive)
}

/** Makes an image from a tar archive of its files. */
export async function importImage(engine: Docker, repo: string, archive: Buffer): Promise<void> {
  const progress = await engine.importImage(Readable.from([archive]), { repo })
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()))
  })
}

const hasImage = async (engine: Docker, image: string): Promise<boolean> =>
  (await tolerating([404], engine.getImage(image).inspect())) !== null
