// SPDX-License-Identifier: MIT
import { benchBisect } from './bisect.ts'
import { benchDisk } from './edit/disk.ts'
import { benchEdit } from './edit/edit.ts'
import { benchUpdate } from './edit/update.ts'
import { benchHolds } from './holds.ts'
import { benchMatrix } from './matrix.ts'
import { benchRaces } from './races.ts'
import { benchSplat, type Measure } from './splat.bench.ts'
import { benchToolchain } from './toolchain.ts'

const show = ({ name, value, unit }: Measure): string => `${name.padEnd(56)} ${value.toFixed(1).padStart(10)} ${unit}`

const [, , name, ...rest] = process.argv
const full = !process.argv.includes('--quick')
const given = rest.filter((word) => !word.startsWith('--'))

/** Benches without a kernel, all of them in one run. */
const quick: readonly ((full: boolean) => readonly Measure[])[] = [benchSplat, benchBisect]

/** Benches that build and boot, one by one. */
const long: Readonly<Record<string, () => Promise<void>>> = {
  edit: () => benchEdit(full ? 3 : 1),
  update: benchUpdate,
  matrix: () =>
    benchMatrix(
      rest.filter((flag) => flag !== '--dry'),
      rest.includes('--dry'),
    ),
  toolchain: benchToolchain,
  holds: benchHolds,
  races: () => benchRaces(given),
  disk: () => benchDisk(given.length === 0 ? undefined : given),
}

const chosen = long[name ?? '']
if (chosen) await chosen()
else for (const bench of quick) for (const measure of bench(full)) process.stdout.write(`${show(measure)}\n`)
