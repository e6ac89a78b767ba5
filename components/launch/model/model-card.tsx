"use client"

import { TriangleAlert } from "lucide-react"
import { useFormState, useWatch } from "react-hook-form"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import type { ListInferenceModelsResponse } from "@/contract/index.ts"
import { fieldId, messageIn } from "../launch-problems.ts"
import type { LaunchValues } from "../launch-schema.ts"
import { modelPrice } from "./model-price.ts"

interface ModelCardProps {
  model: string
  models: ListInferenceModelsResponse
  onChange: () => void
}

/** The model that was chosen in the step before. */
export function ModelCard({ model, models, onChange }: ModelCardProps) {
  const endpoint = useWatch<LaunchValues, "api_base_url">({ name: "api_base_url" })
  // The model is no value of the form, but the platform may refuse it: the list of problems above then says why.
  const { errors } = useFormState<LaunchValues>()
  const refused = messageIn((errors as Record<string, unknown>).inference_model) !== undefined
  const known = models.models.find((one) => one.id === model)
  return (
    <Card aria-labelledby="launch-model-title">
      <CardHeader
        id="launch-model-title"
        level={3}
        title="Model"
        action={
          <Button id={fieldId("inference_model")} size="sm" onClick={onChange}>
            Change model
          </Button>
        }
      />
      <CardBody className="flex flex-col gap-1">
        <p className="flex min-w-0 flex-wrap items-center gap-2">
          <bdi className="break-anywhere font-medium text-sm">{model}</bdi>
          {known?.scripted && <Badge tone="info">Scripted, not a language model</Badge>}
          {known && <span className="text-muted-foreground text-xs">{modelPrice(known)}</span>}
        </p>
        {known?.description && <p className="text-muted-foreground text-xs">{known.description}</p>}
        {!known && !endpoint && !refused && (
          <p className="flex items-start gap-1.5 text-warning text-xs">
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            This platform lists no model of this name. Choose another one, or enter a custom endpoint under Advanced.
          </p>
        )}
      </CardBody>
    </Card>
  )
}
