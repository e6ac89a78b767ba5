"use client"

import { late } from "@/components/ui/late.tsx"

/** What people said is read before anybody answers. */
export const LateComments = late(() => import("./comments.tsx").then(({ Comments }) => Comments))
