"use client"

import { TriangleAlert } from "lucide-react"
import { useFormState, useWatch } from "react-hook-form"
import { modelPrice } from "@/components/shared/models/model-price.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import type { ListInferenceModelsResponse } from "@/contract/index.ts"
import { fieldId, messageIn } from "../launch-problems.ts"
import type { LaunchValues } from "../launch-schema.ts"

interface ModelCardProps {
  models: readonly string[]
  list: ListInferenceModelsResponse
  onChange: () => void
}

/** The models that were chosen in the step before. */
export function ModelCard({ models, list, onChange }: ModelCardProps) {
  const endpoint = useWatch<LaunchValues, "api_base_url">({ name: "api_base_url" })
  // The model is no value of the form, but the platform may refuse it: the list of problems above then says why.
  const { errors } = useFormState<LaunchValues>()
  const refused = messageIn((errors as Record<string, unknown>).inference_model) !== undefined
  const isOne = models.length === 1
  return (
    <Card aria-labelledby="launch-model-title">
      <CardHeader
        id="launch-model-title"
        level={3}
        title={isOne ? "Model" : `${models.length} models`}
        action={
          <Button id={fieldId("inference_model")} size="sm" onClick={onChange}>
            {isOne ? "Change model" : "Change models"}
          </Button>
        }
      />
      <CardBody className="flex flex-col gap-2">
        {!isOne && <p className="text-muted-foreground text-xs">A run of each, alike in everything else, which are then compared.</p>}
        {models.map((model) => {
          const known = list.models.find((one) => one.id === model)
          return (
            <div key={model} className="flex flex-col gap-1">
              <p className="flex min-w-0 flex-wrap items-center gap-2">
                <bdi className="break-anywhere font-medium text-sm">{model}</bdi>
                {known?.scripted && <Badge tone="info">Scripted, not a language model</Badge>}
                {known && <span className="text-muted-foreground text-xs">{modelPrice(known)}</span>}
              </p>
              {isOne && known?.description && <p className="text-muted-foreground text-xs">{known.description}</p>}
              {!known && !endpoint && !refused && (
                <p className="flex items-start gap-1.5 text-warning text-xs">
                  <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
                  This platform lists no model of this name. Choose another one, or enter a custom endpoint under Advanced.
                </p>
              )}
            </div>
          )
        })}
      </CardBody>
    </Card>
  )
}
