"use client"

import { late } from "@/components/ui/late.tsx"

/** The first rows are there before the script of their menus, tags and choices. */
export const LateRunsTable = late(() => import("./runs-table.tsx").then(({ RunsTable }) => RunsTable))
