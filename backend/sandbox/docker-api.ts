import { request } from "node:http"

const version = "v1.40"
const answerBytesMax = 4 * 1024 * 1024

/** An answer that is an error, in the engine's words. */
export class DockerError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/**
 * One request to a Docker Engine on its socket, Podman's included.
 * @param accepted statuses that are fine besides 2xx: "it is so already" is one of them
 * @throws DockerError for other answers; the connection's own error when there is no engine
 */
export async function docker<T = unknown>(
  socketPath: string,
  method: string,
  path: string,
  given: { body?: object; tar?: Buffer; accepted?: number[]; timeoutMs?: number } = {},
): Promise<{ status: number; body: T }> {
  return new Promise((resolve, reject) => {
    const content = given.tar ?? Buffer.from(given.body ? JSON.stringify(given.body) : "")
    const sent = request(
      {
        socketPath,
        method,
        path: `/${version}${path}`,
        headers: { "content-type": given.tar ? "application/x-tar" : "application/json", "content-length": content.length },
        timeout: given.timeoutMs ?? 60_000,
      },
      async (answer) => {
        let text = ""
        answer.setEncoding("utf8")
        answer.on("error", reject)
        answer.on("data", (part: string) => {
          if (text.length < answerBytesMax) text += part
        })
        answer.on("end", () => {
          const status = answer.statusCode ?? 0
          const body = parsed(text)
          if (status < 300 || given.accepted?.includes(status)) resolve({ status, body: body as T })
          else
            reject(
              new DockerError(
                status,
                (body as { message?: string } | null)?.message ?? `the engine answered ${status}: ${text.slice(0, 500)}`,
              ),
            )
        })
      },
    )
    sent.on("error", reject)
    sent.on("timeout", () => sent.destroy(new Error("the container engine does not answer")))
    sent.end(content)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
