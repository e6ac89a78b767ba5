"use client"

import { late } from "@/components/ui/late.tsx"

/** The first rows are there before the script that asks for more of them. */
export const LateSamplesView = late(() => import("./samples-view.tsx").then(({ SamplesView }) => SamplesView))
