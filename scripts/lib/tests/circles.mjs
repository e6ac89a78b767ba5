/** @typedef {Map<string, Set<string>>} Graph  the nodes that each node points to */

/** Every node that can be reached from one, the node itself only on a way round. @param {Graph} graph @param {string} start */
function reachable(graph, start) {
  /** @type {Set<string>} */
  const seen = new Set()
  const waiting = [...(graph.get(start) ?? [])]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    waiting.push(...(graph.get(node) ?? []))
  }
  return seen
}

/** The shortest way from a node back to itself, both ends included. @param {Graph} graph @param {string} start */
function shortestWayRound(graph, start) {
  const ways = [[start]]
  const seen = new Set()
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, start]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return [start]
}

/**
 * One circle for each group of nodes that all reach one another.
 * @param {Graph} graph
 * @returns {string[][]} the nodes on the way round, the first one again at the end
 */
export function circles(graph) {
  const found = []
  const grouped = new Set()
  for (const start of graph.keys()) {
    if (grouped.has(start)) continue
    const ahead = reachable(graph, start)
    if (!ahead.has(start)) continue
    for (const node of ahead) if (reachable(graph, node).has(start)) grouped.add(node)
    found.push(shortestWayRound(graph, start))
  }
  return found
}
