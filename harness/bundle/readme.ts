// SPDX-License-Identifier: MIT
import type { BuildInfo, Manifest } from './model.ts'
import { CELL, FILE, PATCHES } from './names.ts'
import type { BundleFile } from './tar.ts'

const row = (name: string, what: string): string => `${name.padEnd(18)} ${what}`

/** What a cell has shown, and the files that say so. */
interface Shown {
  readonly verdict: string
  readonly files: readonly Pick<BundleFile, 'path'>[]
}

const SHOWN = [
  [`${PATCHES}/`, 'the patches under test'],
  [`${CELL}/console.log`, 'what the kernel said in that boot'],
  [`${CELL}/splats/`, 'its reports, with source lines'],
  [`${CELL}/records.jsonl`, 'what the program of the guest recorded'],
] as const

const shownRows = ({ files }: Shown): readonly string[] =>
  SHOWN.filter(([name]) => files.some(({ path }) => path.startsWith(name))).map(([name, what]) => row(name, what))

/** `README.txt` of a bundle; with what its cell has shown, where that is in it. */
export const readmeOf = (
  { cell, part }: Pick<Manifest, 'cell' | 'part'>,
  { meta }: { readonly meta: Pick<BuildInfo['meta'], 'version' | 'key' | 'image'> },
  shown: Shown | undefined = undefined,
): string =>
  [
    `A Linux kernel ${meta.version} for ${cell.arch}, with the workload that tests it. Made by zsharness.`,
    '',
    `tree ${cell.tree}, series ${cell.series}, leg ${cell.leg}, config ${cell.config}, profile ${cell.profile}`,
    `kernel ${meta.key}`,
    ...(shown === undefined ? [] : [`Its boot ended with ${shown.verdict}`]),
    '',
    'Boot it:           ./boot.sh',
    'Boot and judge it: zsharness run --bundle FILE, where FILE is the archive of this folder',
    'The kernel of the leg before shows the bug on the console. The kernel of the leg after should not.',
    '',
    row(meta.image, 'the kernel'),
    row(FILE.initramfs, 'the program of the guest, its lanes and its modules'),
    row(FILE.added, 'the hold points, and the programs of the user'),
    row(FILE.script, 'boots all of it with sh and QEMU'),
    row(FILE.ticks, "prints the rate of this host's clock counter, which a guest without KVM needs"),
    row(FILE.config, "the kernel's options"),
    row(FILE.map, 'the functions that say how this kernel writes back'),
    row(FILE.series, 'the series as it was read on the tree: patches, signature, known findings'),
    row(FILE.build, 'what the kernel was made from, the command, and what the compiler said'),
    row(FILE.boot, 'what the guest is asked to do, and the hold points as addresses'),
    row(FILE.manifest, 'the sha256 of every file'),
    ...(shown === undefined ? [] : shownRows(shown)),
    ...(part === 'boot'
      ? [
          '',
          'It has no symbols and no coverage notes: stack traces get no lines, and the lines of the patch no counts.',
        ]
      : [
          row(FILE.vmlinux, 'symbols and lines; no code'),
          row('modules/', 'the modules of the guest, for symbols'),
          row('src/, before/', 'the touched files with and without the patch, and what coverage needs'),
          row(FILE.log, 'the output of the build'),
        ]),
    '',
  ].join('\n')
