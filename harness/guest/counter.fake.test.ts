// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { counterProgram, PAUSE_MS, rateOf } from './counter.ts'
import { measureHostTicksKHz } from './ticks.ts'

const isX86 = process.arch === 'x64'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-counter-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

test.runIf(isX86)('the program reads time and counter twice, a pause apart', async () => {
  const program = join(dir, 'counter')
  await writeFile(program, counterProgram(), { mode: 0o755 })
  const output = execFileSync(program)
  const ms = (at: number) => Number(output.readBigUInt64LE(at)) * 1000 + Number(output.readBigUInt64LE(at + 8)) / 1e6
  expect(ms(24) - ms(0)).toBeGreaterThanOrEqual(PAUSE_MS)
  expect(rateOf(output)).toBeGreaterThan(100_000)
})

test.runIf(isX86)('two measurements without any program in PATH agree', async () => {
  vi.stubEnv('PATH', dir)
  const [one, other] = [await measureHostTicksKHz(), await measureHostTicksKHz()]
  expect(Math.abs(one / other - 1)).toBeLessThan(0.01)
})

test('what is no output has no rate', () => {
  expect(rateOf(Buffer.alloc(0))).toBeUndefined()
  expect(rateOf(Buffer.alloc(48))).toBeUndefined()
  const output = Buffer.alloc(48)
  output.writeBigUInt64LE(1n, 24)
  output.writeBigUInt64LE(2_500_000_000n, 40)
  expect(rateOf(output)).toBe(2_500_000)
  output.writeBigUInt64LE(5n, 0)
  expect(rateOf(output)).toBeUndefined()
})
