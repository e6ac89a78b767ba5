"use client"

import { Upload } from "lucide-react"
import { useRouter } from "next/navigation"
import { type FormEvent, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { paths } from "@/lib/paths.ts"
import { ImportProgress } from "./import-progress.tsx"
import { useImport } from "./use-import.ts"

/** Uploads the results of a run that was made elsewhere, and leads to its page. */
export function ImportResults() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <Upload aria-hidden />
        <span className="max-sm:sr-only">Import results</span>
      </Button>
      <ImportDialog open={isOpen} onClose={() => setIsOpen(false)} />
    </>
  )
}

const texts = [
  { name: "name", label: "Name", hint: "" },
  { name: "environment", label: "Environment", hint: "owner/name, or what else it is called." },
  { name: "model", label: "Model", hint: "" },
] as const

const nothingTyped = { name: "", environment: "", model: "" }

function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const router = useRouter()
  const [file, setFile] = useState<File | null>(null)
  const [typed, setTyped] = useState(nothingTyped)
  const [isTried, setIsTried] = useState(false)
  const { send, stop, sent, refusal } = useImport((id) => router.push(paths.evaluation(id)))
  const close = () => {
    stop()
    setFile(null)
    setTyped(nothingTyped)
    setIsTried(false)
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (file && sent === null) send(file, typed)
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      size="md"
      title="Import results"
      description="The results of a run made elsewhere: the folder that verifiers wrote, packed as a zip file, or an Inspect log."
    >
      <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-4">
        <FilePicker
          file={file}
          isDisabled={sent !== null}
          error={isTried && !file ? "Choose a file first." : undefined}
          onPick={(picked) => {
            stop()
            setFile(picked)
          }}
        />
        <fieldset disabled={sent !== null} className="flex min-w-0 flex-col gap-3">
          <legend className="mb-2 text-muted-foreground text-xs">What is left empty is as the file says.</legend>
          {texts.map(({ name, label, hint }) => (
            <Field key={name} label={label} note="optional" hint={hint}>
              {(control) => (
                <Input
                  {...control}
                  value={typed[name]}
                  autoComplete="off"
                  autoCapitalize="off"
                  spellCheck={false}
                  maxLength={200}
                  onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </fieldset>
        {file && sent !== null && <ImportProgress sent={sent} size={file.size} />}
        {refusal && (
          <div role="alert">
            <FieldError>{refusal}</FieldError>
          </div>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{sent === null ? "Close" : "Stop"}</Button>
          <Button type="submit" variant="primary" pending={sent !== null}>
            Import
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface FilePickerProps {
  file: File | null
  isDisabled: boolean
  error: string | undefined
  onPick: (file: File) => void
}

/** A file input that files can be dropped on. */
function FilePicker({ file, isDisabled, error, onPick }: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setIsOver] = useState(false)
  return (
    <Field
      label="File"
      error={error}
      hint="run.zip with results.jsonl or traces.jsonl, or a log ending with .eval. It can also be dropped here."
    >
      {(control) => (
        <Input
          {...control}
          ref={input}
          type="file"
          accept=".zip,.eval"
          disabled={isDisabled}
          aria-label={file ? `File, ${file.name} is chosen` : "File"}
          className={cn(
            "h-auto border-dashed py-6 file:mr-3 file:rounded-md file:border file:border-border file:bg-muted file:px-3 file:py-1 file:text-foreground file:text-sm max-lg:h-auto",
            isOver && "border-primary bg-muted",
          )}
          onDragEnter={() => setIsOver(true)}
          onDragLeave={() => setIsOver(false)}
          onDrop={() => setIsOver(false)}
          onChange={(event) => {
            const [picked] = event.target.files ?? []
            if (picked) onPick(picked)
          }}
        />
      )}
    </Field>
  )
}
