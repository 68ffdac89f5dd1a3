// SPDX-License-Identifier: MIT
import { benchSplat, type Measure } from './splat.bench.ts'

const show = ({ name, value, unit }: Measure): string => `${name.padEnd(40)} ${value.toFixed(1).padStart(10)} ${unit}`

/** Every measurement of the harness side by side, in one run. */
const benches: readonly (() => readonly Measure[])[] = [() => benchSplat(!process.argv.includes('--quick'))]

for (const bench of benches) for (const measure of bench()) process.stdout.write(`${show(measure)}\n`)
