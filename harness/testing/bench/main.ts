// SPDX-License-Identifier: MIT
import { benchBisect } from './bisect.ts'
import { benchEdit } from './edit/edit.ts'
import { benchMatrix } from './matrix.ts'
import { benchSplat, type Measure } from './splat.bench.ts'
import { benchToolchain } from './toolchain.ts'

const show = ({ name, value, unit }: Measure): string => `${name.padEnd(40)} ${value.toFixed(1).padStart(10)} ${unit}`

/** All benches of the harness. */
const benches: readonly ((full: boolean) => readonly Measure[])[] = [benchSplat, benchBisect]
const full = !process.argv.includes('--quick')

const [, , name, ...rest] = process.argv

if (name === 'edit') await benchEdit(full ? 3 : 1)
else if (name === 'matrix')
  await benchMatrix(
    rest.filter((flag) => flag !== '--dry'),
    rest.includes('--dry'),
  )
else if (name === 'toolchain') await benchToolchain()
else for (const bench of benches) for (const measure of bench(full)) process.stdout.write(`${show(measure)}\n`)
