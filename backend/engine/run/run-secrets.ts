import { attemptSecretsContext, decrypt, encrypt, runSecretsContext } from "../../base/crypto.ts"
import { mayRunWithSecrets } from "../../store/environments/environments.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findRunSecrets } from "../../store/evaluations/run-secrets.ts"
import { gatherInjection, type Injection } from "../attempt/injection.ts"
import { type Mask, maskOf, type Secret } from "../attempt/masking.ts"
import type { EngineServices } from "../worker-context.ts"

/** What a run's attempts are given in secret, and how it is hidden from what they write. */
export class RunSecrets {
  #mask: Mask = (text) => text
  #oneOff: Record<string, string> = {}

  constructor(
    private readonly services: Pick<EngineServices, "db" | "config">,
    private readonly runId: string,
  ) {}

  /** Hides the secrets of the attempt that runs. */
  get mask(): Mask {
    return this.#mask
  }

  /** Reads what is stored: one-off secrets, and what a running attempt was given. */
  async recall(): Promise<void> {
    const { db, config } = this.services
    const stored = await findRunSecrets(db, this.runId)
    if (stored?.sealed) this.#oneOff = JSON.parse(decrypt(config.secretKey, stored.sealed, runSecretsContext(this.runId)))
    if (stored?.sealedAttempt)
      this.#mask = maskOf(JSON.parse(decrypt(config.secretKey, stored.sealedAttempt, attemptSecretsContext(this.runId))))
  }

  /**
   * Gathers what is set for the environment at this moment.
   * @returns it, and the secrets to hide with the attempt's token, also encrypted to be stored for a worker that takes the attempt over
   */
  async gather(
    { environmentId, userId }: EvaluationRecord,
    token: string,
  ): Promise<{ injection: Injection; hidden: Secret[]; sealed: Buffer }> {
    const { db, config } = this.services
    const mayUseSecrets = environmentId !== null && (await mayRunWithSecrets(db, environmentId, userId))
    const injection = await gatherInjection(this.services, environmentId, mayUseSecrets, this.#oneOff)
    const hidden = [...injection.secrets, { name: "PRIME_API_KEY", value: token }]
    return { injection, hidden, sealed: encrypt(config.secretKey, JSON.stringify(hidden), attemptSecretsContext(this.runId)) }
  }

  hide(secrets: Secret[]): void {
    this.#mask = maskOf(secrets)
  }
}
