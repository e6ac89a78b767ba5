"use client"

import { late } from "@/components/ui/late.tsx"

/** A sample is read before it is rated. */
export const LateReviewForm = late(() => import("./review-form.tsx").then(({ ReviewForm }) => ReviewForm))
