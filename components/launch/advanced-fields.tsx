"use client"

import { ChevronRight } from "lucide-react"
import { Field } from "@/components/ui/form/field.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { limits } from "@/contract/limits.ts"
import { type FormState, fieldId } from "./form-state.ts"
import { clientTypes, rules } from "./launch-config.ts"
import { SwitchEntry, TextAreaEntry, TextEntry } from "./launch-fields.tsx"
import { SecretRows } from "./secret-rows.tsx"

/** Everything that most runs leave as it is. */
export function AdvancedFields({ form }: { form: FormState }) {
  const { draft } = form
  const client = draft.apiClientType
  return (
    <details className="group rounded-lg border bg-card">
      <summary className="flex min-h-10 list-none items-center gap-2 rounded-lg px-4 py-1.5 font-medium text-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        Advanced
        <span className="font-normal text-muted-foreground text-xs max-sm:hidden">
          timeout, concurrency, budget, custom endpoint, one-off secrets, …
        </span>
      </summary>
      <div className="flex flex-col gap-6 border-t p-4">
        <div className="grid grid-cols-1 gap-4 md:grid-cols-3">
          <TextEntry
            numeric
            form={form}
            field="timeoutMinutes"
            label="Timeout (minutes)"
            rule={rules.timeoutMinutes}
            extra={`Default ${limits.timeoutMinutesDefault}.`}
          />
          <TextEntry
            numeric
            form={form}
            field="maxConcurrent"
            label="Max concurrent"
            rule={rules.maxConcurrent}
            extra={`Rollouts at the same time. Default ${limits.maxConcurrentDefault}.`}
          />
          <TextEntry
            numeric
            form={form}
            field="maxRetries"
            label="Retries"
            rule={rules.maxRetries}
            extra={`Per rollout, after errors that may pass. Default ${limits.maxRetriesDefault}.`}
          />
        </div>
        <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
          <TextEntry
            numeric
            form={form}
            field="maxCostUsd"
            label="Budget"
            note="optional"
            rule={rules.maxCostUsd}
            extra="The run is stopped when it has cost this much, and keeps what it has done."
          />
          <TextEntry
            numeric
            form={form}
            field="maxTotalTokens"
            label="Token budget"
            note="optional"
            rule={rules.maxTotalTokens}
            extra="The same for tokens, given and generated, of all requests together."
          />
        </div>
        <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
          <SwitchEntry
            form={form}
            field="independentScoring"
            label="Independent scoring"
            description="Score each rollout on its own as soon as it ends, instead of all rollouts of an example together."
          />
          <SwitchEntry
            form={form}
            field="verbose"
            label="Verbose log"
            description="Write the library's debug messages to the log of the run."
          />
        </div>
        <Field
          id={fieldId("onRolloutException")}
          label="When a rollout raises an exception"
          error={form.errorAt("onRolloutException")}
          hint="Ending the run is what vf-eval does. Errors that the library records itself never end a run."
        >
          {(control) => (
            <Select
              {...control}
              className="max-w-md"
              value={draft.onRolloutException}
              onChange={(event) => form.set({ onRolloutException: event.target.value })}
            >
              <option value="record">Record its error and go on with the others</option>
              <option value="abort">End the run</option>
            </Select>
          )}
        </Field>
        <TextAreaEntry
          form={form}
          field="samplingJson"
          label="More sampling parameters (JSON)"
          placeholder='{"top_p": 0.95}'
          extra="Sent to the model with each request. Temperature and max tokens above win over the same names here."
        />
        <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
          <TextAreaEntry
            form={form}
            field="extraEnvKwargs"
            label="Extra environment kwargs (JSON)"
            placeholder='{"max_turns": 10}'
            extra="Set on the environment after it was loaded."
          />
          <TextAreaEntry
            form={form}
            field="stateColumns"
            label="State columns"
            placeholder="turns, tool_calls"
            extra="Names of values in each rollout's state that are to be stored with its sample, separated by commas."
          />
        </div>
        <fieldset className="flex min-w-0 flex-col gap-4">
          <legend className="mb-1 font-medium text-sm">Custom endpoint</legend>
          <p className="text-muted-foreground text-xs">
            An OpenAI-compatible endpoint instead of this platform's own providers. The model id is sent to it as it stands.
          </p>
          <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
            <TextEntry
              form={form}
              field="apiBaseUrl"
              label="Base URL"
              rule={rules.apiBaseUrl}
              placeholder="https://models.example.com/v1"
            />
            <TextEntry
              form={form}
              field="apiKeyVar"
              label="Key variable"
              rule={rules.apiKeyVar}
              extra="Its value is the key."
              placeholder="MY_ENDPOINT_KEY"
            />
            <TextAreaEntry form={form} field="headers" label="Headers" rule={rules.headers} placeholder="X-Team: research" rows={2} />
            <Field
              id={fieldId("apiClientType")}
              label="Client type"
              error={form.errorAt("apiClientType")}
              hint="How the endpoint is spoken to. Default: chat completions."
            >
              {(control) => (
                <Select
                  {...control}
                  value={client}
                  onChange={(event) => form.set({ apiClientType: event.target.value })}
                  onBlur={() => form.touch("apiClientType")}
                >
                  <option value="">Default</option>
                  {[...clientTypes, ...(client !== "" && !clientTypes.some((type) => type === client) ? [client] : [])].map((type) => (
                    <option key={type}>{type}</option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        </fieldset>
        <SecretRows form={form} />
      </div>
    </details>
  )
}
