// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { parseYaml } from '../inputs/yaml/load.ts'
import { packageRoot } from '../lib/paths.ts'
import { UsageError } from '../model/errors.ts'
import type { Frame, Splat } from '../splat/model.ts'

// The compiled harness has no logs beside it.
const ROOT = join(packageRoot, 'harness/testing/corpus')
/** Ends the header; every byte after it is the log. */
const SEPARATOR = '\n---\n'
const MAX_FRAMES = 8

const text = z.string().nullable().default(null)
const number = z.number().nullable().default(null)
const stack = z.array(z.string()).default([])

/** What a person would check of one report. Absent values and empty stacks are left out of the header. */
const reading = z.strictObject({
  title: z.string(),
  family: z.string(),
  kind: z.string(),
  function: text,
  corrupted: text,
  access: z.strictObject({ kind: text, size: number }).nullable().default(null),
  task: text,
  pid: number,
  cpu: number,
  kernel: text,
  workqueue: text,
  timeS: number,
  line: z.number(),
  consequenceOf: number,
  frames: stack,
  allocStack: stack,
  freeStack: stack,
  /** How many lines the report has. */
  lines: z.number(),
})

/** The expected reading of one report. */
export type Reading = z.infer<typeof reading>

/** A file of the corpus, cut at its separator. */
export interface CorpusFile {
  readonly path: string
  /** YAML: a list of readings. */
  readonly header: string
  readonly log: Buffer
}

const namesOf = (frames: readonly Frame[]): string[] =>
  frames
    .filter((frame) => !frame.unreliable)
    .slice(0, MAX_FRAMES)
    .map((frame) => [...frame.inlined.map((call) => call.function), frame.function].join(' < '))

// What is made of the rest has tests of its own.
const facts = <T extends Partial<Splat>>({ fingerprint: _, bucket: __, guilty: ___, ...rest }: T) => rest

/** What the header records of a splat. */
export const readingOf = ({ frames, allocStack, freeStack, lines, ...rest }: Splat): Reading => ({
  ...facts(rest),
  frames: namesOf(frames),
  allocStack: namesOf(allocStack),
  freeStack: namesOf(freeStack),
  lines: lines.length,
})

const isPresent = (value: unknown): boolean => value !== null && !(Array.isArray(value) && value.length === 0)

const compact = (entry: object): object =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => isPresent(value)))

// The keys in the order of the schema, so that the title comes first.
const inOrder = (entry: Reading): object =>
  compact({ ...reading.parse(entry), access: entry.access === null ? null : compact(entry.access) })

/** The header of these readings. */
export const formatHeader = (readings: readonly Reading[]): string =>
  stringify(readings.map(inOrder), { lineWidth: 0 }).trimEnd()

/** The readings of a header; an error at file:line for each thing that is wrong. */
export const parseHeader = ({ header, path }: CorpusFile): readonly Reading[] =>
  parseYaml(header, path, z.array(reading), 'harness/splat/README.md')

/** Cuts a file at its separator. */
export const splitFile = (bytes: Buffer, path: string): CorpusFile => {
  const end = bytes.indexOf(SEPARATOR)
  if (end < 0)
    throw new UsageError(`${path}:1: no line --- ends the header`, 'begin a new log with the lines [] and ---')
  return { path, header: bytes.toString('utf8', 0, end), log: bytes.subarray(end + SEPARATOR.length) }
}

/** The bytes of a file of the corpus. */
export const joinFile = (readings: readonly Reading[], log: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(formatHeader(readings) + SEPARATOR), log])

/** The names of all logs, as FAMILY/NAME.log. */
export const corpusNames = (): readonly string[] =>
  readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .sort()

/** Reads one file of the corpus by its name. */
export const readCorpus = (name: string): CorpusFile => {
  const path = join(ROOT, name)
  return splitFile(readFileSync(path), path)
}

/** Replaces the header of a file whose readings have changed. */
export const updateHeader = (file: CorpusFile, readings: readonly Reading[]): void => {
  if (file.header !== formatHeader(readings)) writeFileSync(file.path, joinFile(readings, file.log))
}
