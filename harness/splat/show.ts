// SPDX-License-Identifier: MIT
import { showGuilty } from './bucket/show.ts'
import type { Family } from './family.ts'
import type { Frame, Splat } from './model.ts'
import { printable } from './printable.ts'

const MAX_FRAMES = 12

/** One file and the reports in it. */
export interface ReadFile {
  readonly file: string
  readonly lines: number
  /** Reports beyond the number that is kept. */
  readonly dropped: number
  readonly splats: readonly Splat[]
}

const at = (location: string | null): string => (location === null ? '' : ` ${location}`)

const showFrame = (frame: Frame): readonly string[] => {
  const offset = frame.offset === null ? '' : `+0x${frame.offset.toString(16)}`
  const module = frame.module === null ? '' : ` [${frame.module}]`
  return [
    ...frame.inlined.map((call) => `    ${call.function}${at(call.location)} [inline]`),
    `    ${frame.function}${offset}${module}${at(frame.location)}`,
  ]
}

const showStack = (name: string, frames: readonly Frame[]): readonly string[] => {
  const reliable = frames.filter((frame) => !frame.unreliable)
  const shown = reliable.length > 0 ? reliable : frames
  if (shown.length === 0) return []
  const rest = shown.length > MAX_FRAMES ? [`    … ${shown.length - MAX_FRAMES} more`] : []
  return [`  ${name}:`, ...shown.slice(0, MAX_FRAMES).flatMap(showFrame), ...rest]
}

const factsOf = (splat: Splat): string =>
  [
    `${splat.family}/${splat.kind}`,
    splat.line > 0 ? `line ${splat.line}` : '',
    splat.timeS === null ? '' : `at ${splat.timeS} s`,
    splat.task === null ? '' : `task ${splat.task}${splat.pid === null ? '' : `/${splat.pid}`}`,
    splat.cpu === null ? '' : `CPU ${splat.cpu}`,
    splat.kernel === null ? '' : `kernel ${splat.kernel}`,
    splat.workqueue === null ? '' : `workqueue ${splat.workqueue}`,
  ]
    .filter((fact) => fact !== '')
    .join(', ')

const accessOf = ({ kind, size }: NonNullable<Splat['access']>): string =>
  `  access: ${kind ?? 'unknown'}${size === null ? '' : ` of ${size} bytes`}`

/** One report, for a human. */
export const showSplat = (splat: Splat, index: number, raw: boolean): readonly string[] => [
  `#${index} ${splat.title}`,
  `  ${factsOf(splat)}`,
  `  bucket: ${splat.bucket}`,
  ...(splat.consequenceOf === null ? [] : [`  follows from #${splat.consequenceOf}`]),
  ...(splat.corrupted === null ? [] : [`  not reliable: ${splat.corrupted}`]),
  ...(splat.access === null ? [] : [accessOf(splat.access)]),
  ...showGuilty(splat.guilty).map((line) => `  ${line}`),
  ...showStack('stack', splat.frames),
  ...showStack('allocated', splat.allocStack),
  ...showStack('freed', splat.freeStack),
  ...(raw ? ['  raw:', ...splat.lines.map((line) => `    | ${line}`)] : []),
]

/** How many reports a file has. */
export const showCount = ({ file, lines, splats, dropped }: ReadFile): string => {
  const count =
    splats.length === 0 ? 'no kernel report' : `${splats.length} kernel report${splats.length === 1 ? '' : 's'}`
  const more = dropped === 0 ? '' : `, and ${dropped} more that were only counted`
  return `${file}: ${count} in ${lines} lines${more}`
}

/** The reports of one file, for a human. */
export const showFile = (read: ReadFile, raw: boolean): string => {
  const body = read.splats.flatMap((splat, index) => ['', ...showSplat(splat, index, raw)])
  return `${[showCount(read), ...body].map(printable).join('\n')}\n`
}

/** The number of reports and files of each bucket, most frequent first, with the title of its first report. */
export const showStats = (read: readonly ReadFile[]): string => {
  const counts = new Map<string, { splats: number; files: Set<string>; title: string }>()
  for (const { file, splats } of read) {
    for (const splat of splats) {
      const entry = counts.get(splat.bucket) ?? { splats: 0, files: new Set<string>(), title: splat.title }
      entry.splats += 1
      entry.files.add(file)
      counts.set(splat.bucket, entry)
    }
  }
  const clean = read.filter(({ splats }) => splats.length === 0).length
  const rows = [...counts].sort((a, b) => b[1].splats - a[1].splats || a[0].localeCompare(b[0]))
  const width = Math.max(6, ...rows.map(([bucket]) => bucket.length))
  const row = (splats: number | string, files: number | string, bucket: string, title: string): string =>
    `${String(splats).padStart(7)}  ${String(files).padStart(5)}  ${bucket.padEnd(width)}  ${title}`
  const table = rows.map(([bucket, { splats, files, title }]) => row(splats, files.size, bucket, title))
  const head = [`${read.length} files, ${clean} of them clean`, row('reports', 'files', 'bucket', 'title')]
  return `${[...head, ...table].map(printable).join('\n')}\n`
}

/** The published families and kinds. */
export const showFamilies = (families: readonly Family[]): string =>
  families
    .map(({ name, kinds }) => {
      const rows = Object.entries(kinds).map(([kind, meaning]) => `  ${kind.padEnd(28)} ${meaning}`)
      return `${[name, ...rows].join('\n')}\n`
    })
    .join('')
