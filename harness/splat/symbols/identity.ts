// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'
import type { ElfStore } from './files.ts'
import { findSymbol } from './files.ts'

/** Says when the files are not, or may not be, of the kernel that wrote the log. */
export const checkIdentity = (store: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const { vmlinux } = store
  const told = [...new Set(splats.flatMap(buildIds))]
  const notes: string[] = []
  if (vmlinux.buildId === null)
    notes.push(`${vmlinux.path} has no build id: whether it is the kernel that ran is unknown`)
  else if (told.length > 0 && !told.includes(vmlinux.buildId))
    notes.push(`wrong build id: the log is of ${told.join(', ')}, ${vmlinux.path} is ${vmlinux.buildId}`)
  return [...notes, ...checkRelease(store, splats), ...checkFunctions(store, splats), ...missingModules(store, splats)]
}

// With STACKTRACE_BUILD_ID the kernel ends its `CPU:` line with its own build id.
const buildIds = (splat: Splat): readonly string[] =>
  splat.lines.flatMap((line) => (/\bCPU: \d+ .*\bComm: /.test(line) ? (/ ([0-9a-f]{40})\b/.exec(line)?.[1] ?? []) : []))

const checkRelease = ({ vmlinux }: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const release = /^Linux version (\S+)/.exec(vmlinux.banner ?? '')?.[1]
  const other = splats.find(({ kernel }) => kernel !== null && release !== undefined && kernel !== release)
  return other === undefined ? [] : [`wrong kernel: the log is of ${other.kernel}, ${vmlinux.path} is ${release}`]
}

const ALIGNMENT = 64

// Same release, other build: then functions differ in length, or are absent.
const checkFunctions = ({ vmlinux }: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const frames = splats.flatMap((splat) => splat.frames).filter((frame) => frame.module === null && frame.size !== null)
  const odd = frames.filter((frame) => {
    const symbol = findSymbol(vmlinux, frame.function, frame.size)
    const gap = symbol === null || frame.size === null ? 0 : frame.size - symbol.size
    return symbol === null || (symbol.size > 0 && (gap < 0 || gap >= ALIGNMENT))
  })
  if (odd.length * 4 <= frames.length) return []
  const names = [...new Set(odd.map((frame) => frame.function))].slice(0, 3).join(', ')
  return [
    `${odd.length} of ${frames.length} functions are missing from ${vmlinux.path} or have another length there (${names}): it is likely of another build`,
  ]
}

const missingModules = (store: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const modules = new Set(splats.flatMap((splat) => splat.frames.flatMap((frame) => frame.module ?? [])))
  const missing = [...modules].filter((name) => store.module(name) === null).sort()
  return missing.length === 0 ? [] : [`no file for module ${missing.join(', ')}: its frames stay as they are`]
}
