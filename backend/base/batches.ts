/**
 * Values in groups, so that a bounded part of them is in memory at a time.
 * @param max a group ends with the value that brings it to that many values or bytes
 */
export async function* batches<T extends { bytes: number }>(
  values: AsyncIterable<T>,
  max: { values: number; bytes: number },
): AsyncGenerator<T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const value of values) {
    batch.push(value)
    bytes += value.bytes
    if (batch.length < max.values && bytes < max.bytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
