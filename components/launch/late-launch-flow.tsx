"use client"

import { late } from "@/components/ui/late.tsx"

/** The form holds the rules of every field of a run: the page is read before they are needed. */
export const LateLaunchFlow = late(() => import("./launch-flow.tsx").then(({ LaunchFlow }) => LaunchFlow))
