import type { AccessRole } from "@/contract/index.ts"

/** Roles as they are written on pages. */
export const roleNames: Record<AccessRole, string> = { owner: "Owner", editor: "Editor", runner: "Runner", viewer: "Viewer" }
