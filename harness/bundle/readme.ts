// SPDX-License-Identifier: MIT
import type { BuildInfo, Manifest } from './model.ts'
import { FILE } from './names.ts'

const row = (name: string, what: string): string => `${name.padEnd(18)} ${what}`

/** `README.txt` of a bundle. */
export const readmeOf = ({ cell, part }: Pick<Manifest, 'cell' | 'part'>, { meta }: BuildInfo): string =>
  [
    `A Linux kernel ${meta.version} for ${cell.arch}, with the workload that tests it. Made by zsharness.`,
    '',
    `tree ${cell.tree}, series ${cell.series}, leg ${cell.leg}, config ${cell.config}, profile ${cell.profile}`,
    `kernel ${meta.key}`,
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
