// SPDX-License-Identifier: MIT

import type { Arch } from '../inputs/arch/index.ts'
import { shellWord } from '../lib/text/shellword.ts'
import type { Accelerator } from '../vm/accel.ts'
import { qemuArgs, SWAP_MIB } from '../vm/argv.ts'
import { FILE } from './names.ts'

/** What the script boots. */
export interface Script {
  readonly arch: Arch
  readonly image: string
  readonly parameters: readonly string[]
  readonly memoryMiB: number
  /** Size of the second disk; 0 for none. */
  readonly diskMiB: number
}

// Names of shell variables in the words of QEMU's command line.
const FILES = { initramfs: '$tmp/initramfs', swap: '$tmp/swap', disk: '$tmp/disk', records: '$records' }
const NONE = '$none'

const quote = (word: string): string =>
  word.includes('$') ? `"${word}"` : /^[\w./:=-]+$/.test(word) ? word : shellWord(word)

/** QEMU's command line without the socket by which the harness watches it; the records go to a file. */
const wordsFor = (accelerator: Accelerator, { arch, image, memoryMiB, diskMiB }: Script): readonly string[] => {
  const { initramfs, swap, disk } = FILES
  const files = { image, initramfs, swap, recordsSocket: FILES.records, qmpSocket: NONE }
  const argv = qemuArgs(arch, accelerator, { ...files, disk: diskMiB > 0 ? disk : undefined }, ['$append'], memoryMiB)
  const isWatching = (at: number): boolean => `${argv[at]} ${argv[at + 1]}`.includes('id=qmp') || argv[at] === '-mon'
  const kept: string[] = [argv[0]!]
  for (let at = 1; at < argv.length; at += 1) {
    if (isWatching(at)) at += 1
    else kept.push(argv[at]!.replace(/^socket,id=records/, 'file,id=records'))
  }
  return kept
}

const command = (accelerator: Accelerator, script: Script): string =>
  `set -- ${wordsFor(accelerator, script).map(quote).join(' ')} "$@"`

const clockOf = ({ arch }: Script): string => {
  const [first, ...rest] = arch.clockParameters?.(0) ?? []
  return first === undefined ? '' : `append="$append ${first.replace(/0$/, '')}$(./${FILE.ticks}) ${rest.join(' ')}"`
}

/** `boot.sh`: boots the kernel of a bundle as its cell does, with sh and QEMU alone. */
export const bootScript = (script: Script): string => `#!/bin/sh
# Boots this kernel with the workload of its cell. Needs ${script.arch.qemu.binary}; more of its options may be given.
# ACCEL=kvm uses KVM. RECORDS=FILE keeps what the guest records, one JSON object a line.
cd "$(dirname "$0")" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
records=\${RECORDS:-/dev/null}
cat ${FILE.initramfs} ${FILE.added} >"$tmp/initramfs" || exit 1
dd if=/dev/zero of="$tmp/swap" bs=1M count=0 seek=${SWAP_MIB} 2>/dev/null || exit 1
${script.diskMiB > 0 ? `dd if=/dev/zero of="$tmp/disk" bs=1M count=0 seek=${script.diskMiB} 2>/dev/null || exit 1\n` : ''}append='${script.parameters.join(' ').replaceAll("'", "'\\''")}'
if [ "\${ACCEL:-tcg}" = kvm ]; then
  ${command('kvm', script)}
else
  ${clockOf(script) || ':'}
  ${command('tcg', script)}
fi
"$@"
`
