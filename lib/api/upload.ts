import type * as z from "zod"
import { address } from "@/contract/address.ts"
import type { Endpoints } from "@/contract/index.ts"
import { parseMessage } from "@/contract/text/exact-json.ts"
import { ApiError, toApiError } from "./error.ts"

type Import = Endpoints["importEvaluation"]

/**
 * Sends a file with results to the platform in the browser, through this site's own /api/v1. By XMLHttpRequest, since fetch does not
 * say how much was sent.
 * @param onSent called with how many bytes were sent, and again when all were
 * @throws ApiError for a refusal, or with status 0 when the connection was lost; AbortError when `signal` ended it
 */
export function importResults(
  file: Blob,
  query: z.input<Import["query"]>,
  { onSent, signal }: { onSent: (bytes: number) => void; signal: AbortSignal },
): Promise<z.output<Import["response"]>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, file.size))
    request.upload.onload = () => onSent(file.size)
    request.onerror = () => reject(new ApiError(0, "The connection to the platform was lost"))
    request.onabort = () => reject(new DOMException("The upload was stopped", "AbortError"))
    request.onload = async () => {
      const { status, responseText } = request
      if (status === 201) resolve(parseMessage(responseText) as z.output<Import["response"]>)
      else reject(await toApiError(new Response(responseText, { status: status || 500 })))
    }
    signal.addEventListener("abort", () => request.abort())
    request.open("POST", address("/evaluations/import", {}, query))
    request.setRequestHeader("content-type", "application/octet-stream")
    request.setRequestHeader("accept", "application/json")
    request.send(file)
  })
}
