// Distribution functions that the intervals and tests stand on: to about 1e-12, which their tests hold against SciPy's values.

/** Stirling's remainder of ln Γ(x), x ≥ 10: ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π). */
function stirlingRemainder(x: number): number {
  const square = 1 / (x * x)
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360)))))) / x
}

/** ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π) for any x > 0: what small arguments lack is multiplied on. */
function gammaRemainder(x: number): number {
  if (x >= 10) return stirlingRemainder(x)
  let product = 1
  let raised = x
  while (raised < 10) product *= raised++
  const halfLogTau = 0.9189385332046728
  const logGamma = (raised - 0.5) * Math.log(raised) - raised + halfLogTau + stirlingRemainder(raised) - Math.log(product)
  return logGamma - ((x - 0.5) * Math.log(x) - x + halfLogTau)
}

/** ln(ratio) − (ratio − 1) without cancellation near 1, for which `excess` is ratio − 1. */
function logMinus(ratio: number, excess: number): number {
  if (Math.abs(excess) > 0.3) return Math.log(ratio) - excess
  const r = excess / (2 + excess)
  const square = r * r
  let sum = 0
  let power = square
  for (let i = 3; i < 60; i += 2) {
    const term = power / i
    sum += term
    if (term < 1e-17 * sum) break
    power *= square
  }
  return 2 * r * sum - r * excess
}

/** ln( x^a (1−x)^b / B(a, b) ), by distances from the mean so that large a and b lose no digits. */
function logBetaKernel(x: number, a: number, b: number): number {
  const total = a + b
  const off = x - a / total
  const distances = a * logMinus((x * total) / a, (off * total) / a) + b * logMinus(((1 - x) * total) / b, (-off * total) / b)
  return distances + 0.5 * Math.log((a * b) / (2 * Math.PI * total)) + gammaRemainder(total) - gammaRemainder(a) - gammaRemainder(b)
}

/** The continued fraction of the incomplete beta function (Didonato and Morris 1992, equation 9), by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < tiny ? tiny : d)
  let fraction = d
  for (let m = 1; m < 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    c = 1 + even / c
    if (Math.abs(c) < tiny) c = tiny
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    c = 1 + odd / c
    if (Math.abs(c) < tiny) c = tiny
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return fraction
}

/** The regularised incomplete beta function I_x(a, b), the distribution function of a beta variable; a, b > 0, x in [0, 1]. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x <= (a + 1) / (a + b + 2)) return (Math.exp(logBetaKernel(x, a, b)) * betaFraction(x, a, b)) / a
  return 1 - (Math.exp(logBetaKernel(x, a, b)) * betaFraction(1 - x, b, a)) / b
}

/** The x with I_x(a, b) = p: Newton's steps within a shrinking bracket. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  let low = 0
  let high = 1
  const mean = a / (a + b)
  let x = Math.min(0.9999, Math.max(0.0001, mean + normalQuantile(p) * Math.sqrt((mean * (1 - mean)) / (a + b + 1))))
  for (let i = 0; i < 200; i++) {
    const miss = betaCdf(x, a, b) - p
    if (miss > 0) high = x
    else low = x
    const step = (miss * x * (1 - x)) / Math.exp(logBetaKernel(x, a, b))
    const next = x - step
    // Where a step leaves the bracket, the tail is so flat that only its order of magnitude helps.
    const bisected = low > 0 && high / low > 4 ? Math.sqrt(low * high) : (low + high) / 2
    const moved = next > low && next < high ? next : bisected
    if (Math.abs(moved - x) <= 1e-15 * x || moved === low || moved === high) return moved
    x = moved
  }
  return x
}

/** Φ(z), the standard normal distribution function: by the series for its middle and the continued fraction for its tails. */
export function normalCdf(z: number): number {
  const tail = normalTail(Math.abs(z))
  return z > 0 ? 1 - tail : tail
}

/** 1 − Φ(z) for z ≥ 0, without cancellation. */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = z
    for (let i = 3; term > 1e-17 * sum && i < 400; i += 2) {
      term *= (z * z) / i
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let i = 100; i > 0; i--) fraction = z + i / fraction
  return density / fraction
}

/** The z with Φ(z) = p: Newton's steps within a shrinking bracket. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY
  if (p >= 1) return Number.POSITIVE_INFINITY
  if (p === 0.975) return 1.959963984540054
  if (p > 0.5) return -normalQuantile(1 - p)
  let low = -40
  let high = 0
  let z = p > 0.02 ? 0 : -Math.sqrt(-2 * Math.log(p))
  for (let i = 0; i < 200; i++) {
    const miss = normalCdf(z) - p
    if (miss > 0) high = z
    else low = z
    const next = z - miss * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2)
    const moved = next > low && next < high ? next : (low + high) / 2
    if (Math.abs(moved - z) < 1e-15 * Math.max(1, Math.abs(z))) return moved
    z = moved
  }
  return z
}

/** The distribution function of Student's t. */
export function tCdf(t: number, degrees: number): number {
  const tail = 0.5 * betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5)
  return t > 0 ? 1 - tail : tail
}

/** How far from 0 Student's t lies with a probability: 0.95 gives its 97.5 % point. */
export function tCentral(probability: number, degrees: number): number {
  // Of x = ν / (ν + t²), beta with ν/2 and ½; from the other side, where x is near 1.
  const rest = betaQuantile(probability, 0.5, degrees / 2)
  return Math.sqrt((degrees * rest) / (1 - rest))
}

/** The 97.5 % point of Student's t. */
export const tQuantile975 = (degrees: number): number => tCentral(0.95, degrees)
