// SPDX-License-Identifier: MIT

/** Files of every bundle, by their paths. `src` and `src/o` are where a build has them. */
export const FILE = {
  manifest: 'manifest.json',
  series: 'series.json',
  build: 'build.json',
  boot: 'boot.json',
  initramfs: 'initramfs.cpio',
  added: 'added.cpio',
  made: 'made.json',
  script: 'boot.sh',
  readme: 'README.txt',
  log: 'build.log',
  ticks: 'ticks',
  config: 'src/o/.config',
  map: 'src/o/System.map',
  vmlinux: 'src/o/vmlinux',
} as const

/** The folder of what a bundle of the after leg has of the before leg, laid out like the bundle itself. */
export const BEFORE = 'before'

/** The folder of the guest's modules. */
export const MODULES = 'modules'

/** The folder of what the boot of the cell has shown. */
export const CELL = 'cell'

/** The folder of the patches under test, as files. */
export const PATCHES = 'patches'

/** The path of the user's program with this number. */
export const programFile = (index: number): string => `programs/${index}`

/** A source of this leg. */
export const sourceFile = (file: string): string => `src/${file}`

/** What the compiler noted for coverage. */
export const notesFile = (file: string): string => `src/o/${file.replace(/\.c$/, '.gcno')}`
