// SPDX-License-Identifier: MIT
import type { Family } from './family.ts'
import type { Frame, Splat } from './model.ts'
import { printable } from './printable.ts'

const MAX_FRAMES = 12

/** One file and what was read in it. */
export interface ReadFile {
  readonly file: string
  readonly lines: number
  /** Reports beyond the number that is kept. */
  readonly dropped: number
  readonly splats: readonly Splat[]
}

/** A short reading of one file for a human. */
export const showFile = ({ file, lines, splats, dropped }: ReadFile, raw: boolean): string => {
  const count =
    splats.length === 0 ? 'no kernel report' : `${splats.length} kernel report${splats.length === 1 ? '' : 's'}`
  const more = dropped === 0 ? '' : `, and ${dropped} more that were only counted`
  const head = `${file}: ${count} in ${lines} lines${more}`
  const body = splats.flatMap((splat, index) => ['', ...showSplat(splat, index, raw)])
  return `${[head, ...body].map(printable).join('\n')}\n`
}

const showSplat = (splat: Splat, index: number, raw: boolean): readonly string[] => {
  const facts = [
    `${splat.family}/${splat.kind}`,
    splat.line > 0 ? `line ${splat.line}` : '',
    splat.timeS === null ? '' : `at ${splat.timeS} s`,
    splat.task === null ? '' : `task ${splat.task}${splat.pid === null ? '' : `/${splat.pid}`}`,
    splat.cpu === null ? '' : `CPU ${splat.cpu}`,
    splat.kernel === null ? '' : `kernel ${splat.kernel}`,
    splat.workqueue === null ? '' : `workqueue ${splat.workqueue}`,
  ]
  const access =
    splat.access === null
      ? []
      : [
          `  access: ${splat.access.kind ?? 'unknown'}${splat.access.size === null ? '' : ` of ${splat.access.size} bytes`}`,
        ]
  return [
    `#${index} ${splat.title}`,
    `  ${facts.filter((fact) => fact !== '').join(', ')}`,
    ...(splat.consequenceOf === null ? [] : [`  follows from #${splat.consequenceOf}`]),
    ...(splat.corrupted === null ? [] : [`  not to be trusted: ${splat.corrupted}`]),
    ...access,
    ...showStack('stack', splat.frames),
    ...showStack('allocated', splat.allocStack),
    ...showStack('freed', splat.freeStack),
    ...(raw ? ['  raw:', ...splat.lines.map((line) => `    | ${line}`)] : []),
  ]
}

const showStack = (name: string, frames: readonly Frame[]): readonly string[] => {
  const sure = frames.filter((frame) => !frame.unreliable)
  const shown = sure.length > 0 ? sure : frames
  if (shown.length === 0) return []
  const rest = shown.length > MAX_FRAMES ? [`    … ${shown.length - MAX_FRAMES} more`] : []
  return [`  ${name}:`, ...shown.slice(0, MAX_FRAMES).flatMap(showFrame), ...rest]
}

const showFrame = (frame: Frame): readonly string[] => [
  ...frame.inlined.map((call) => `    ${call.function}${at(call.location)} [inline]`),
  `    ${frame.function}${frame.offset === null ? '' : `+0x${frame.offset.toString(16)}`}${frame.module === null ? '' : ` [${frame.module}]`}${at(frame.location)}`,
]

const at = (location: string | null): string => (location === null ? '' : ` ${location}`)

/** How often each title was read, most frequent first. */
export const showStats = (read: readonly ReadFile[]): string => {
  const counts = new Map<string, { splats: number; files: Set<string> }>()
  for (const { file, splats } of read) {
    for (const splat of splats) {
      const entry = counts.get(splat.title) ?? { splats: 0, files: new Set<string>() }
      entry.splats += 1
      entry.files.add(file)
      counts.set(splat.title, entry)
    }
  }
  const clean = read.filter(({ splats }) => splats.length === 0).length
  const rows = [...counts].sort((a, b) => b[1].splats - a[1].splats || a[0].localeCompare(b[0]))
  const table = rows.map(
    ([title, { splats, files }]) => `${String(splats).padStart(6)}  ${String(files.size).padStart(5)}  ${title}`,
  )
  const head = `${read.length} files, ${clean} of them clean\nreports  files  title`
  return `${[...head.split('\n'), ...table].map(printable).join('\n')}\n`
}

/** The published families and kinds. */
export const showFamilies = (families: readonly Family[]): string =>
  families
    .map(({ name, kinds }) => {
      const rows = Object.entries(kinds).map(([kind, meaning]) => `  ${kind.padEnd(28)} ${meaning}`)
      return `${[name, ...rows].join('\n')}\n`
    })
    .join('')
