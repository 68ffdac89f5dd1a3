// SPDX-License-Identifier: MIT
import type { Log, Result } from 'sarif'
import { readPatch } from '../../report/difflines.ts'
import { place, SARIF_HEAD } from '../../report/sarif.ts'
import type { BisectReport } from './model.ts'
import { isFound } from './verdict.ts'

const RULE = 'bisect/first-bad-commit'

const resultsOf = ({ culprit, verdict, symptomText, proof }: BisectReport): Result[] => {
  if (!culprit) return []
  const changed = readPatch(culprit.patch).lines.filter(({ kind, file }) => kind === 'add' && file !== null)
  // One location for each file: its first added line.
  const first = [...new Map(changed.toReversed().map((line) => [line.file!, line.line])).entries()]
  return [
    {
      ruleId: RULE,
      level: 'error',
      message: { text: `${verdict}: ${symptomText}` },
      locations: first.map(([file, line]) => place(file, line)),
      partialFingerprints: { 'zsharness/v1': culprit.id },
      properties: { commit: culprit.id, author: culprit.author, probability: culprit.probability, proof },
    },
  ]
}

/** The culprit as SARIF 2.1.0, at the lines that it added. */
export const sarifReport = (report: BisectReport): string => {
  const log: Log = {
    ...SARIF_HEAD,
    runs: [
      {
        tool: {
          driver: {
            name: 'zsharness',
            rules: [{ id: RULE, shortDescription: { text: 'the commit that introduced the symptom' } }],
          },
        },
        invocations: [{ executionSuccessful: isFound(report), commandLine: report.command.join(' ') }],
        originalUriBaseIds: { KERNELSRC: { description: { text: 'the root of the kernel sources' } } },
        results: resultsOf(report),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}
