import { sandboxesNotOfferedEndpoints } from "../../../contract/endpoints/sandboxes-not-offered.ts"
import { ServiceError } from "../../base/errors.ts"
import { type App, route } from "../route.ts"

/** What Prime's platform offers and this one does not: 501, after the check of a run's permissions. */
export function notOfferedRoutes(app: App): void {
  const refuse = (sentence: string) => async () => {
    throw new ServiceError("not_offered", sentence)
  }
  for (const entry of Object.values(sandboxesNotOfferedEndpoints))
    route(app, entry, refuse(`This platform's sandboxes have no ${entry.path.split("/").at(-1)}`))
}
