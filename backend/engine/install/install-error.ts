/** Installing failed; the message is the installer's own last words. */
export class InstallError extends Error {}
