import { ByteWriter, ParquetWriter } from "hyparquet-writer"
import { exactText, type JsonObject, stringifyExact } from "../../../../contract/index.ts"
import type { SampleRecord } from "../../../store/samples/sample.ts"
import type { Context } from "../../context.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import { eachWholeSample } from "./each-sample.ts"
import type { Exporter } from "./exporter.ts"
import { type Cell, type Column, readBeside, sampleColumns } from "./sample-columns.ts"

/** A row group is made in memory, so it ends with whichever of these comes first. */
const groupRowsMax = 10_000
const groupCharactersMax = 8 * 1024 * 1024

const jsonNames = ["prompt", "completion", "info", "rest"] as const

/** A sample as it stands in a row group: its facts, and its body as JSON texts. */
interface Row {
  sample: SampleRecord
  texts: Record<(typeof jsonNames)[number], string | null>
}

/**
 * A Parquet file of all samples in the order of storing: the facts and metrics of the table, and whole bodies as JSON, of which
 * `rest` is what has no column.
 */
export const exportParquet: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  const columns = await sampleColumns(ctx.db, id)
  return (async function* () {
    const file = parquetFile(columns)
    let rows: Row[] = []
    let characters = 0
    for await (const { sample, body } of eachWholeSample(ctx, evaluation)) {
      const texts = textsOf(body)
      rows.push({ sample, texts })
      characters += jsonNames.reduce((sum, name) => sum + (texts[name]?.length ?? 0), 0)
      if (rows.length < groupRowsMax && characters < groupCharactersMax) continue
      yield await writeGroup(ctx, id, file, rows)
      rows = []
      characters = 0
    }
    if (rows.length > 0) yield await writeGroup(ctx, id, file, rows)
    yield file.end()
  })()
}

function textsOf({ prompt, completion, info, ...rest }: JsonObject): Row["texts"] {
  const text = (value: unknown) => (value === undefined ? null : stringifyExact(value))
  return { prompt: text(prompt), completion: text(completion), info: text(info), rest: text(rest) }
}

async function writeGroup(ctx: Context, id: string, file: ReturnType<typeof parquetFile>, rows: Row[]): Promise<Uint8Array> {
  const beside = await readBeside(
    ctx.db,
    id,
    rows.map(({ sample }) => sample),
  )
  return file.group(
    (column) => rows.map(({ sample }) => column.of(sample, beside(sample))),
    (name) => rows.map(({ texts }) => texts[name]),
  )
}

const schemaTypes = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
} as const

/** A file that is given away piece by piece while it is written. */
function parquetFile(columns: Column[]) {
  const writer = new ByteWriter()
  const element = (name: string, type: Column["type"]) => ({ name, ...schemaTypes[type], repetition_type: "OPTIONAL" as const })
  const schema = [
    { name: "root", num_children: columns.length + jsonNames.length },
    ...columns.map(({ name, type }) => element(name, type)),
    ...jsonNames.map((name) => element(name, "text")),
  ]
  const parquet = new ParquetWriter({ writer, schema, createdBy: "hosted-evals" })
  const written = () => {
    const bytes = writer.getBytes().slice()
    writer.index = 0
    return bytes
  }
  return {
    /** One more row group. */
    group(cellsOf: (column: Column) => Cell[], textsOf: (name: (typeof jsonNames)[number]) => (string | null)[]): Uint8Array {
      const columnData = [
        ...columns.map((column) => ({ name: column.name, data: cellsOf(column).map((cell) => stored(cell, column.type)) })),
        ...jsonNames.map((name) => ({ name, data: textsOf(name), statistics: false })),
      ]
      parquet.write({ columnData, rowGroupSize: groupRowsMax })
      return written()
    },
    /** What stands behind the last row group. */
    end(): Uint8Array {
      parquet.finish()
      return written()
    },
  }
}

/** A cell as its column holds it; a value that came after its column was made and is of another type is left out. */
function stored(cell: Cell, type: Column["type"]): Cell | bigint {
  const text = exactText(cell)
  if (cell === null || type === "text") return cell === null ? null : (text ?? String(cell))
  const number = text === null ? cell : Number(text)
  if (typeof number !== "number") return null
  return type === "integer" ? BigInt(number) : number
}
