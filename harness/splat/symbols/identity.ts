// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'
import type { ElfStore } from './files.ts'
import { symbolOf } from './files.ts'

// With STACKTRACE_BUILD_ID the kernel ends its `CPU:` line with its own build id.
const buildIds = (splat: Splat): readonly string[] =>
  splat.lines.flatMap((line) =>
    /\bCPU: \d+ .{0,200}\bComm: /.test(line) ? (/ ([0-9a-f]{40})\b/.exec(line)?.[1] ?? []) : [],
  )

const checkBuildId = ({ vmlinux }: ElfStore, splats: readonly Splat[]): readonly string[] => {
  if (vmlinux.buildId === null)
    return [`${vmlinux.path} has no build id: it may or may not be the kernel that wrote the log`]
  const printed = [...new Set(splats.flatMap(buildIds))]
  if (printed.length === 0 || printed.includes(vmlinux.buildId)) return []
  return [`wrong build id: the log is of ${printed.join(', ')}, ${vmlinux.path} is ${vmlinux.buildId}`]
}

const checkRelease = ({ vmlinux }: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const release = /^Linux version (\S+)/.exec(vmlinux.banner ?? '')?.[1]
  const other = splats.find(({ kernel }) => kernel !== null && release !== undefined && kernel !== release)
  return other === undefined ? [] : [`wrong kernel: the log is of ${other.kernel}, ${vmlinux.path} is ${release}`]
}

const ALIGNMENT = 64

// Another build of the same release: functions have another length, or are absent.
const checkFunctions = ({ vmlinux }: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const frames = splats.flatMap((splat) => splat.frames).filter((frame) => frame.module === null && frame.size !== null)
  const odd = frames.filter((frame) => {
    const symbol = symbolOf(vmlinux, frame)
    if (symbol === undefined) return true
    const gap = (frame.size ?? 0) - symbol.size
    return symbol.size > 0 && (gap < 0 || gap >= ALIGNMENT)
  })
  if (odd.length * 4 <= frames.length) return []
  const names = [...new Set(odd.map((frame) => frame.function))].slice(0, 3).join(', ')
  return [
    `${odd.length} of ${frames.length} functions are missing from ${vmlinux.path} or have another length there (${names}): it is likely of another build`,
  ]
}

const missingModules = (store: ElfStore, splats: readonly Splat[]): readonly string[] => {
  const modules = new Set(splats.flatMap((splat) => splat.frames.flatMap((frame) => frame.module ?? [])))
  const missing = [...modules].filter((name) => store.module(name) === undefined).sort()
  return missing.length === 0 ? [] : [`no file for module ${missing.join(', ')}: its frames get no file and line`]
}

/** Notes that the files are not, or may not be, of the kernel that wrote the log. */
export const checkIdentity = (store: ElfStore, splats: readonly Splat[]): readonly string[] =>
  [checkBuildId, checkRelease, checkFunctions, missingModules].flatMap((check) => check(store, splats))
