"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import type { ChosenFile } from "@/lib/packages/chosen-files.ts"
import {
  environmentName,
  environmentNameRule,
  readTemplate,
  renamed,
  type TemplateId,
  type TextFile,
  templates,
} from "@/lib/packages/templates.ts"

interface TemplateEditorProps {
  /** Called with the files as they are edited; null as soon as they are edited again. */
  onFiles: (files: ChosenFile[] | null) => void
}

/** A template under a name of one's own, and its files to edit. */
export function TemplateEditor({ onFiles }: TemplateEditorProps) {
  const [template, setTemplate] = useState<TemplateId>("single-turn")
  const [name, setName] = useState("")
  const [files, setFiles] = useState<readonly TextFile[]>([])
  const [shown, setShown] = useState(0)
  const [problem, setProblem] = useState<string | null>(null)
  const isNamed = environmentName.test(name)
  const load = async () => {
    if (!isNamed) return setProblem(environmentNameRule)
    setProblem(null)
    try {
      setFiles((await readTemplate(template)).map((file) => renamed(file, name)))
      setShown(0)
      onFiles(null)
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }
  const edit = (text: string) => {
    setFiles(files.map((file, i) => (i === shown ? { ...file, text } : file)))
    onFiles(null)
  }
  const use = () => onFiles(files.map(({ path, text }) => ({ path: `${name}/${path}`, file: new File([text], path) })))
  const current = files[shown]
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] sm:items-start">
        <Field label="Template">
          {(control) => (
            <Select {...control} value={template} onChange={({ target }) => setTemplate(target.value as TemplateId)}>
              {templates.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Name of the environment">
          {(control) => (
            <Input
              {...control}
              value={name}
              placeholder="my-environment"
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Button className="sm:mt-6" onClick={() => void load()}>
          {files.length > 0 ? "Start over" : "Show the files"}
        </Button>
      </div>
      {problem && <FieldError>{problem}</FieldError>}
      {current && (
        <>
          <div role="tablist" aria-label="Files" className="flex flex-wrap gap-1 border-b">
            {files.map(({ path }, i) => (
              <button
                key={path}
                type="button"
                role="tab"
                aria-selected={i === shown}
                onClick={() => setShown(i)}
                className={cn(
                  "-mb-px border-transparent border-b-2 px-2 py-1 font-mono text-muted-foreground text-xs hover:text-foreground",
                  i === shown && "border-foreground text-foreground",
                )}
              >
                {path}
              </button>
            ))}
          </div>
          <Textarea
            code
            // Code that is wrapped reads as other lines than it has.
            wrap="off"
            rows={16}
            aria-label={current.path}
            spellCheck={false}
            value={current.text}
            onChange={({ target }) => edit(target.value)}
          />
          <Button className="self-end" onClick={use}>
            Make the package
          </Button>
        </>
      )}
    </div>
  )
}
