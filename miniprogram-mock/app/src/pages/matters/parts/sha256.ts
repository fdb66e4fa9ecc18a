/** SHA-256 on the phone itself: a voter who checks the own ballot need not believe the server. FIPS 180-4. */
const primes = (count: number): number[] => {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every(p => n % p)) found.push(n)
  return found
}
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) >>> 0
const K = primes(64).map(p => fraction(Math.cbrt(p)))
const START = primes(8).map(p => fraction(Math.sqrt(p)))
const turn = (x: number, n: number) => (x >>> n) | (x << (32 - n))

/** UTF-8 without TextEncoder, which WeChat lacks. */
const bytesOf = (text: string) => Array.from(unescape(encodeURIComponent(text)), c => c.charCodeAt(0))

function padded(text: string): number[] {
  const bytes = bytesOf(text)
  const bits = bytes.length * 8
  bytes.push(0x80)
  while (bytes.length % 64 !== 56) bytes.push(0)
  for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor(bits / 2 ** shift) % 256)
  return bytes
}

function mix(state: number[], block: number[]): number[] {
  const w = Array.from({ length: 64 }, (_, i) => (i < 16 ? (block[i * 4] << 24) | (block[i * 4 + 1] << 16) | (block[i * 4 + 2] << 8) | block[i * 4 + 3] : 0))
  for (let i = 16; i < 64; i++) {
    const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3)
    const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10)
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = state
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) | 0)
}

export function sha256(text: string): string {
  const bytes = padded(text)
  let state = START
  for (let at = 0; at < bytes.length; at += 64) state = mix(state, bytes.slice(at, at + 64))
  return state.map(x => (x >>> 0).toString(16).padStart(8, '0')).join('')
}
