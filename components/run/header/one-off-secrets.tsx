import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"

interface OneOffSecretsProps {
  names: readonly string[]
  values: Record<string, string>
  onChange: (values: Record<string, string>) => void
}

/** The secrets that a run had for itself, to be given again. */
export function OneOffSecrets({ names, values, onChange }: OneOffSecretsProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">One-off secrets</legend>
      <p className="text-muted-foreground text-xs">They were deleted when the run ended, so enter them again.</p>
      {names.map((name) => (
        <Field key={name} label={<span className="font-mono text-xs">{name}</span>}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              spellCheck={false}
              className="font-mono text-xs"
              value={values[name] ?? ""}
              onChange={(event) => onChange({ ...values, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </fieldset>
  )
}
