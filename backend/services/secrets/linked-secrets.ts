import type { SecretLink } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { deleteLink, insertLink } from "../../store/secrets/environment-settings.ts"
import type { LinkRecord, SecretRecord } from "../../store/secrets/secret.ts"
import type { Context } from "../context.ts"
import { change, checkName } from "./change-settings.ts"
import { requireSecret } from "./global-secrets.ts"

const toLink = ({ link, secret }: { link: LinkRecord; secret: SecretRecord }): SecretLink => ({
  id: link.id,
  secretId: link.secretId,
  secretName: secret.name,
  environmentId: link.environmentId,
  createdAt: link.createdAt.toISOString(),
})

/** Gives a global secret to an environment, by its id. Its value stays where it is, and changes of it reach the environment. */
export async function linkSecret(ctx: Context, environmentId: string, secretId: string): Promise<SecretLink> {
  return change(ctx, environmentId, "link secret", async (tx, settings) => {
    const secret = await requireSecret(ctx, secretId)
    if (settings.linked.some((one) => one.secret.id === secretId))
      throw new ServiceError("conflict", `${secret.name} is linked to this environment already`)
    checkName(settings, "linked secret", secret.name)
    return toLink({ secret, link: await insertLink(tx, { id: newId(), environmentId, secretId }) })
  })
}

/** Takes a global secret from an environment: any that is linked, also one of a member who has left. */
export async function unlinkSecret(ctx: Context, environmentId: string, secretId: string): Promise<SecretLink> {
  return change(ctx, environmentId, "unlink secret", async (tx, { linked }) => {
    const found = linked.find((one) => one.secret.id === secretId)
    if (!found) throw new ServiceError("not_found", `No secret ${JSON.stringify(secretId)} is linked to this environment`)
    await deleteLink(tx, found.link.id)
    return toLink(found)
  })
}
