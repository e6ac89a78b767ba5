import { ServiceError } from "../../base/errors.ts"

/** What somebody is told whose account an admin of the platform has switched off. */
export const switchedOff = () => new ServiceError("unauthorized", "This account is switched off: ask an admin of this platform")
