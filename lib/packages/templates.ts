/** What an environment can start from: folders of public/templates. */
export const templates = [
  { id: "single-turn", label: "Single turn: a question and its answer" },
  { id: "multi-turn", label: "Multi-turn: the environment answers each turn" },
  { id: "tools", label: "Tools: Python functions that the model calls" },
  { id: "taskset", label: "Taskset: verifiers v1" },
] as const
export type TemplateId = (typeof templates)[number]["id"]

/** A file that can be edited in the page. */
export interface TextFile {
  path: string
  text: string
}

const files = ["my_environment.py", "pyproject.toml", "README.md"]

export const environmentName = /^[a-z0-9]+(-[a-z0-9]+)*$/
export const environmentNameRule = "Small letters, digits and single hyphens, such as my-environment."

/** A file of a template for an environment of another name: as `my-environment`, and as the module `my_environment`. */
export const renamed = ({ path, text }: TextFile, name: string): TextFile => {
  const withName = (old: string) => old.replaceAll("my-environment", name).replaceAll("my_environment", name.replaceAll("-", "_"))
  return { path: withName(path), text: withName(text) }
}

/** The files of a template. @throws Error when the platform does not answer */
export async function readTemplate(id: TemplateId): Promise<TextFile[]> {
  return Promise.all(
    files.map(async (path) => {
      const answer = await fetch(`/templates/${id}/${path}`)
      if (!answer.ok) throw new Error(`The template could not be read: ${path} answered ${answer.status}.`)
      return { path, text: await answer.text() }
    }),
  )
}
