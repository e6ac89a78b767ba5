"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { toApiError } from "@/lib/api/error.ts"
import type { ChosenFile } from "@/lib/packages/chosen-files.ts"

const fields = [
  ["url", "Address of the repository", "https://github.com/owner/name", "Over https."],
  ["ref", "Branch, tag or commit", "main", "Empty: what the repository shows first."],
  ["folder", "Folder", "environments/name", "The one with pyproject.toml, where it is not the whole repository."],
  ["token", "Token", "", "Only for a private repository. It is used now and not kept."],
] as const

type Values = Record<(typeof fields)[number][0], string>

/** Asks where a Git repository is, and has the platform read its files. */
export function GitSource({ onFiles }: { onFiles: (files: ChosenFile[]) => void }) {
  const [values, setValues] = useState<Values>({ url: "", ref: "", folder: "", token: "" })
  const [problem, setProblem] = useState<string | null>(null)
  const [isPending, setIsPending] = useState(false)
  const read = async () => {
    setProblem(null)
    if (!/^https?:\/\/./.test(values.url.trim())) return setProblem("Enter an address that begins with https://")
    setIsPending(true)
    try {
      const { token, ...rest } = values
      const response = await fetch("/api/v1/git-files", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...rest, ...(token.trim() ? { token } : {}) }),
      })
      if (!response.ok) throw await toApiError(response)
      onFiles([{ path: "source.zip", file: new File([await response.blob()], "source.zip") }])
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown))
    } finally {
      setIsPending(false)
    }
  }
  return (
    <form
      noValidate
      className="flex min-w-0 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isPending) void read()
      }}
    >
      {fields.map(([name, label, placeholder, hint]) => (
        <Field key={name} label={label} hint={hint}>
          {(control) => (
            <Input
              {...control}
              value={values[name]}
              placeholder={placeholder}
              type={name === "token" ? "password" : name === "url" ? "url" : "text"}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => {
                setProblem(null)
                setValues({ ...values, [name]: target.value })
              }}
            />
          )}
        </Field>
      ))}
      {problem && (
        <div role="alert">
          <FieldError>{problem}</FieldError>
        </div>
      )}
      <div className="flex justify-end">
        <Button type="submit" pending={isPending}>
          Read the files
        </Button>
      </div>
    </form>
  )
}
