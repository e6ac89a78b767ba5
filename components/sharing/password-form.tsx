import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { paths } from "@/lib/paths.ts"

/** What of the last attempt a page says; anything else in its address is none of it. */
const refusals: Record<string, string> = {
  wrong: "This is not the password of the link.",
  later: "There were too many attempts. Try again in a quarter of an hour.",
}

/** Asks for the password of a link. A plain form: it needs no script. */
export function PasswordForm({ token, refused }: { token: string; refused: string | null }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-4 px-4">
      <div>
        <h1 className="font-semibold text-xl">This link has a password</h1>
        <p className="mt-1 text-muted-foreground text-sm">Whoever sent it can tell you.</p>
      </div>
      <form method="post" action={`${paths.shared(token)}/open`} className="flex flex-col gap-3">
        <Field label="Password" error={refused && refusals[refused]}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="off" required autoFocus />}
        </Field>
        <Button type="submit" variant="primary">
          Open
        </Button>
      </form>
    </main>
  )
}
