"use client"

import { late } from "@/components/ui/late.tsx"

/** What the server has drawn of a run is read before anything of it is pressed. */
export const LateOverview = late(() => import("./overview.tsx").then(({ Overview }) => Overview))
