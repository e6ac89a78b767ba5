"use client"

import { Folder, Package } from "lucide-react"
import { useRouter } from "next/navigation"
import { type DragEvent, useEffect, useEffectEvent, useId, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { formatBytes } from "@/lib/format.ts"
import { type ChosenFile, chosenFiles, filesBelow, packageFrom } from "@/lib/packages/chosen-files.ts"
import { droppedEntries } from "@/lib/packages/dropped-entries.ts"
import type { MadePackage } from "@/lib/packages/make-package.ts"
import { paths } from "@/lib/paths.ts"
import { GitSource } from "./git-source.tsx"
import { TemplateEditor } from "./template-editor.tsx"
import { type PublishStep, usePublish } from "./use-publish.ts"

const steps: Record<PublishStep, string> = {
  wheel: "Sending the package…",
  source: "Sending the source…",
  publish: "Publishing…",
}

interface PublishFormProps {
  /** What was dropped on the page, being read. */
  dropped: Promise<ChosenFile[]> | null
  onClose: () => void
}

/** Publishes a folder, a zip archive, a wheel, a Git repository, or files made from a template as a version of an environment. */
export function PublishForm({ dropped, onClose }: PublishFormProps) {
  const router = useRouter()
  const [made, setMade] = useState<MadePackage | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isReading, setIsReading] = useState(false)
  const [isOver, setIsOver] = useState(false)
  const [visibility, setVisibility] = useState<"PRIVATE" | "PUBLIC">("PRIVATE")
  const { publish, step, error, clear } = usePublish((owner, name) => {
    onClose()
    router.push(paths.environment(owner, name))
  })
  const fieldId = useId()
  const read = async (chosen: Promise<ChosenFile[]>) => {
    clear()
    setMade(null)
    setProblem(null)
    setIsReading(true)
    try {
      setMade(await packageFrom(await chosen))
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown))
    } finally {
      setIsReading(false)
    }
  }
  const readDropped = useEffectEvent(read)
  useEffect(() => {
    if (dropped) void readDropped(dropped)
  }, [dropped])
  const drop = (event: DragEvent) => {
    event.preventDefault()
    event.stopPropagation()
    setIsOver(false)
    void read(filesBelow(droppedEntries(event.dataTransfer.items)))
  }
  return (
    <div className="flex min-w-0 flex-col gap-4 text-sm">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the fields below do the same with the keyboard */}
      <div
        onDragOver={(event) => {
          event.preventDefault()
          setIsOver(true)
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
        className={cn(
          "flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-6 text-center",
          isOver && "border-accent bg-accent/8",
        )}
      >
        <p className="text-muted-foreground">Drop the folder of an environment here, a zip archive of it, or a wheel.</p>
        <div className="flex flex-wrap justify-center gap-2">
          {(
            [
              ["folder", "Choose a folder", Folder],
              ["file", "Choose a zip or wheel", Package],
            ] as const
          ).map(([kind, label, Icon]) => (
            <label
              key={kind}
              className="inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border bg-card px-3 font-medium hover:bg-muted has-focus-visible:outline-2 has-focus-visible:outline-ring"
            >
              <Icon aria-hidden className="size-4" />
              {label}
              <input
                id={`${fieldId}-${kind}`}
                type="file"
                className="sr-only"
                {...(kind === "folder" ? { webkitdirectory: "", multiple: true } : { accept: ".zip,.whl" })}
                onChange={({ target }) => {
                  if (target.files && target.files.length > 0) void read(Promise.resolve(chosenFiles(target.files)))
                }}
              />
            </label>
          ))}
        </div>
      </div>
      <details>
        <summary className="w-fit rounded-sm font-medium hover:underline">Or start from a template</summary>
        <div className="pt-3">
          <TemplateEditor onFiles={(files) => (files ? void read(Promise.resolve(files)) : setMade(null))} />
        </div>
      </details>
      <details>
        <summary className="w-fit rounded-sm font-medium hover:underline">Or read them from a Git address</summary>
        <div className="pt-3">
          <GitSource onFiles={(files) => void read(Promise.resolve(files))} />
        </div>
      </details>
      <div role="status" className="empty:hidden">
        {isReading && (
          <p className="flex items-center gap-2 text-muted-foreground">
            <Spinner />
            Reading the files…
          </p>
        )}
        {made && (
          <p className="break-anywhere">
            <span className="font-medium">
              <bdi>{made.name}</bdi> {made.version}
            </span>
            <span className="text-muted-foreground">
              {" "}
              · {made.wheel.filename}, {formatBytes(made.wheel.bytes.length)}
            </span>
            {made.metadata.description && <span className="block text-muted-foreground text-xs">{made.metadata.description}</span>}
          </p>
        )}
      </div>
      <div role="alert">{(problem ?? error) && <FieldError>{problem ?? error}</FieldError>}</div>
      {made && (
        <Field label="Who may see and run it" hint="An environment that is there already stays as visible as it is.">
          {(control) => (
            <Select
              {...control}
              value={visibility}
              onChange={({ target }) => setVisibility(target.value === "PUBLIC" ? "PUBLIC" : "PRIVATE")}
            >
              <option value="PRIVATE">Only you</option>
              <option value="PUBLIC">Everybody on this platform</option>
            </Select>
          )}
        </Field>
      )}
      <div className="text-muted-foreground text-xs">
        <p className="pb-1.5">
          The wheel is made of the files in your browser, without running anything of the project. A project that its build backend changes
          is published from its folder:
        </p>
        <CodeBlock code="prime env push" label="publish command" />
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {step && <span className="mr-auto text-muted-foreground text-xs">{steps[step]}</span>}
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" disabled={made === null} pending={step !== null} onClick={() => made && void publish(made, visibility)}>
          Publish
        </Button>
      </div>
    </div>
  )
}
