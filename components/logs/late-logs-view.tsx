"use client"

import { late } from "@/components/ui/late.tsx"

/** The first lines are there before the script that follows and searches them. */
export const LateLogsView = late(() => import("./logs-view.tsx").then(({ LogsView }) => LogsView))
