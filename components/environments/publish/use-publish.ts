"use client"

import { useState } from "react"
import type { CreateArtifactRequest } from "@/contract/index.ts"
import { toApiError } from "@/lib/api/error.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import type { MadePackage } from "@/lib/packages/make-package.ts"
import { announceSource, announceWheel, publishVersion } from "./actions.ts"

export type PublishStep = "wheel" | "source" | "publish"

function orThrow<T>(result: ActionResult<T>): T {
  if (result.ok) return result.value
  throw new Error(result.message)
}

async function upload(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const response = await fetch(path, { method: "PUT", headers: { "content-type": "application/octet-stream" }, body: bytes })
  if (!response.ok) throw await toApiError(response)
}

/** Publishes a version as the prime CLI does: wheel and source, each announced, uploaded and checked. */
export function usePublish(onDone: (owner: string, name: string) => void) {
  const [step, setStep] = useState<PublishStep | null>(null)
  const [error, setError] = useState<string | null>(null)
  const publish = async (made: MadePackage, visibility: "PUBLIC" | "PRIVATE") => {
    setError(null)
    setStep("wheel")
    const base = { content_hash: made.contentHash, semantic_version: made.version, metadata: made.metadata }
    const artifact = ({ filename, sha256, bytes }: MadePackage["wheel"]): CreateArtifactRequest => ({
      ...base,
      filename,
      sha256,
      size: bytes.length,
    })
    try {
      const { environmentId, owner, wheelId, uploadPath } = orThrow(await announceWheel(made.name, visibility, artifact(made.wheel)))
      await upload(uploadPath, made.wheel.bytes)
      setStep("source")
      const source = orThrow(await announceSource(environmentId, wheelId, artifact(made.source)))
      await upload(source.uploadPath, made.source.bytes)
      setStep("publish")
      orThrow(await publishVersion(environmentId, source.versionId))
      onDone(owner, made.name)
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown))
    } finally {
      setStep(null)
    }
  }
  return { publish, step, error, clear: () => setError(null) }
}
