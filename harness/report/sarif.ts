// SPDX-License-Identifier: MIT
import type { Location, Log, ReportingDescriptor, Result, StackFrame } from 'sarif'
import type { CellResult, Exploration, Finding, ModelFailure, RunResult } from '../model/results.ts'
import { showMaintainer } from '../splat/bucket/show.ts'
import type { Frame, Splat } from '../splat/model.ts'
import { fewestOf, meaningOfHolds } from '../verdict/holdpoints.ts'
import { isOf } from '../verdict/place.ts'
import { describeModelFailure, explorationLines } from './explored.ts'
import { splatOf } from './findings.ts'
import { describeNote, knownNotes } from './known.ts'
import type { CellReport, Report } from './model.ts'

export const SARIF_HEAD = {
  $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
} as const

/** A place in the kernel's sources. */
export const place = (file: string, line: number | null): Location => ({
  physicalLocation: {
    artifactLocation: { uri: encodeURI(file), uriBaseId: 'KERNELSRC' },
    ...(line !== null && line > 0 ? { region: { startLine: line } } : {}),
  },
})

const logical = (name: string): Location => ({ logicalLocations: [{ fullyQualifiedName: name, kind: 'function' }] })

const locationOf = (text: string | null): Location => {
  const match = /^(.+?):(\d+)/.exec(text ?? '')
  return match ? place(match[1]!, Number(match[2])) : {}
}

const frameOf = (frame: Frame): StackFrame => ({
  location: { ...locationOf(frame.location), ...logical(frame.function) },
  ...(frame.module === null ? {} : { module: frame.module }),
})

const stacksOf = ({ frames, allocStack, freeStack }: Splat) =>
  [
    { text: 'call trace', frames },
    { text: 'allocated by', frames: allocStack },
    { text: 'freed by', frames: freeStack },
  ]
    .filter((stack) => stack.frames.length > 0)
    .map((stack) => ({ message: { text: stack.text }, frames: stack.frames.map(frameOf) }))

const ruleId = ({ oracle, kind }: Finding): string => `${oracle}/${kind}`

const locationsOf = (finding: Finding, splat: Splat | undefined): Location[] => {
  const named = splat?.function ? logical(splat.function) : {}
  if (finding.file !== null) return [{ ...place(finding.file, finding.line), ...named }]
  if (splat?.guilty?.file) return [{ ...place(splat.guilty.file, null), ...named }]
  return splat?.function ? [named] : []
}

// A finding of a pair's unpatched kernel is proof, not a problem to alert about.
const weight = (finding: Finding, demonstrates: boolean): Pick<Result, 'kind' | 'level'> => {
  if (demonstrates) return { kind: 'informational', level: 'none' }
  if (finding.known) return { level: 'note' }
  return { level: finding.kind === 'warning' ? 'warning' : 'error' }
}

const knownLines = ({ reason, remedy }: Finding): readonly string[] => [
  ...(reason === null ? [] : [`Known: ${reason}`]),
  ...(remedy === null ? [] : [`Remedy: ${remedy}`]),
]

const meaningLines = ({ holds }: CellResult, finding: Finding): readonly string[] => {
  const meaning = meaningOfHolds({ holds, findings: [finding] })
  return meaning === undefined ? [] : [meaning]
}

/** The points that were armed, as for `--hold`; of a search, the fewest that are known to bring its failure. */
const holdsOf = ({ holds, found }: CellResult): { readonly hold?: readonly string[] } => {
  const texts = found === null ? (holds?.armed.map(({ text }) => text) ?? []) : fewestOf(found)
  return texts.length === 0 ? {} : { hold: texts }
}

const resultOf = (finding: Finding, report: CellReport, demonstrates: boolean): Result => {
  const splat = splatOf(report, finding)
  const { cell } = report
  return {
    ruleId: ruleId(finding),
    ...weight(finding, demonstrates),
    message: {
      text: [finding.title, finding.detail, ...knownLines(finding), ...meaningLines(cell, finding)].join('\n'),
    },
    locations: locationsOf(finding, splat),
    // The first tells alerts apart as it always did; the second is of the bug, on any architecture.
    partialFingerprints: {
      'zsharness/v1': splat?.fingerprint ?? `${finding.kind}: ${finding.title}`,
      ...(finding.bucket === null ? {} : { 'zsharnessBucket/v1': finding.bucket }),
    },
    ...(splat ? { stacks: stacksOf(splat) } : {}),
    properties: {
      cell: cell.id,
      leg: cell.leg,
      arch: cell.arch,
      config: cell.config,
      known: finding.known,
      ...(splat?.guilty?.maintainers ? { maintainers: splat.guilty.maintainers.map(showMaintainer) } : {}),
      ...holdsOf(cell),
    },
  }
}

const MODEL_RULE = 'exploration/model'

/** What only the model shows: a question to the reader, neither a failure nor proof. */
const modelResult = (one: Exploration, failure: ModelFailure): Result => ({
  ruleId: MODEL_RULE,
  ...(failure.leg === 'before'
    ? { kind: 'informational' as const, level: 'none' as const }
    : { kind: 'open' as const, level: 'none' as const }),
  message: { text: describeModelFailure(failure) },
  locations:
    failure.file === null
      ? []
      : [
          {
            ...place(failure.file, failure.line),
            ...(failure.function === null ? {} : logical(failure.function)),
          },
        ],
  partialFingerprints: { 'zsharness/v1': `${failure.scenario}: ${failure.kind} in ${failure.function}` },
  properties: {
    ...{ leg: failure.leg, arch: one.arch, config: one.config, signature: failure.signature, model: failure.model },
    ...(failure.schedule === null ? {} : { schedule: failure.schedule }),
  },
})

const modelRules = ({ explorations }: RunResult): ReportingDescriptor[] =>
  explorations.every(({ failures }) => failures.length === 0)
    ? []
    : [{ id: MODEL_RULE, shortDescription: { text: 'found by exploration, in a model of the kernel' } }]

const explorationNotes = ({ explorations }: RunResult) =>
  explorations.map((one) => ({
    level: 'note' as const,
    message: { text: [`exploration ${one.name}`, ...explorationLines(one)].join('\n') },
  }))

const rulesOf = (cells: readonly CellResult[]): ReportingDescriptor[] => {
  const findings = cells.flatMap((cell) => cell.findings)
  return [...new Map(findings.map((one) => [ruleId(one), one])).values()].map((one) => ({
    id: ruleId(one),
    shortDescription: { text: `${one.kind}, found by the ${one.oracle} oracle` },
  }))
}

/** The findings as SARIF 2.1.0: warnings and splats at their lines, with their stacks. */
export const sarifReport = (report: Report): string => {
  const { run, cells } = report
  const demonstrates = (cell: CellResult): boolean =>
    cell.leg === 'before' && run.pairs.some((pair) => isOf(cell, pair))
  const log: Log = {
    ...SARIF_HEAD,
    runs: [
      {
        tool: {
          driver: {
            name: 'zsharness',
            version: run.versions.zsharness ?? 'unknown',
            rules: [...rulesOf(run.cells), ...modelRules(run)],
          },
        },
        automationDetails: { id: `zsharness/${run.id}` },
        invocations: [
          {
            executionSuccessful: !run.interrupted && run.cells.every(({ verdict }) => verdict !== 'error'),
            commandLine: run.command.join(' '),
            exitCode: run.exitCode,
            toolExecutionNotifications: [
              ...knownNotes(run.cells).map((note) => ({
                level: 'note' as const,
                message: { text: describeNote(note) },
              })),
              ...explorationNotes(run),
            ],
          },
        ],
        originalUriBaseIds: { KERNELSRC: { description: { text: 'the root of the kernel sources' } } },
        results: [
          ...cells.flatMap((cell) =>
            cell.cell.findings.map((finding) => resultOf(finding, cell, demonstrates(cell.cell))),
          ),
          ...run.explorations.flatMap((one) => one.failures.map((failure) => modelResult(one, failure))),
        ],
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}
