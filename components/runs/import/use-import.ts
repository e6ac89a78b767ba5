import { useRef, useState } from "react"
import { importResults } from "@/lib/api/upload.ts"

/**
 * Sends a file with results and says how far it is.
 * @param onDone called with the id of the run that was made
 */
export function useImport(onDone: (evaluationId: string) => void) {
  const [sent, setSent] = useState<number | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const upload = useRef<AbortController | null>(null)
  const stop = () => {
    upload.current?.abort()
    upload.current = null
    setSent(null)
    setRefusal(null)
  }
  const send = async (file: File, { name, environment, model }: { name: string; environment: string; model: string }) => {
    const own = new AbortController()
    upload.current = own
    setRefusal(null)
    setSent(0)
    try {
      const query = { name: name.trim(), environment: environment.trim(), model: model.trim() }
      const { evaluation_id } = await importResults(file, query, { onSent: setSent, signal: own.signal })
      if (upload.current === own) onDone(evaluation_id)
    } catch (error) {
      if (upload.current !== own) return
      setSent(null)
      setRefusal(error instanceof Error ? error.message : String(error))
    }
  }
  return { send, stop, sent, refusal }
}
