// SPDX-License-Identifier: MIT
import { expandHosts } from './parse.ts'

/**
 * What a pending job's reason means: it waits like any other, somebody should know, its work is lost on that node, or it
 * waits for ever wherever it is submitted.
 */
export type Outlook =
  | { readonly kind: 'waits' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'never'; readonly remedy: string }

const LIMIT = 'ask for less (--time, CPUs or memory of a task), or use another account or partition'

// The first that matches counts.
const NEVER: readonly (readonly [RegExp, string])[] = [
  [/^PartitionConfig$/, 'no node of the partition has these CPUs, this memory and these features: see `sinfo -N -l`'],
  [/^BadConstraints$/, 'no node has these features together with these resources: see `sinfo -o "%N %f"`'],
  [/^DependencyNeverSatisfied$/, 'the job that it waits for is gone: resume the run'],
  [/^PartitionTimeLimit$/, 'the partition allows less time: lower --time, or use another --partition'],
  [/^PartitionNodeLimit$/, 'the partition allows fewer nodes: use another --partition'],
  [/^(InvalidAccount|AccountNotAllowed)$/, 'give an --account that this partition takes'],
  [/^(InvalidQOS|QOSNotAllowed)$/, 'give a QOS that this account may use: --sbatch-arg=--qos=NAME'],
  [/^(QOS|Assoc)Max\w+PerJob(Limit)?$/, LIMIT],
  [/^(QOS|Assoc)MaxWallDurationPerJobLimit$/, LIMIT],
  [/^QOSMin\w+NotSatisfied$/, 'ask for more: the QOS has a minimum'],
]

// Slurm holds a job that a dying node could not start: another node may.
const LOST = /^(JobHoldMaxRequeue|launch failed requeued held)$/

const NOTES: readonly (readonly [RegExp, string])[] = [
  [/^Partition(Down|Inactive)$/, 'the partition is closed; jobs wait until an administrator opens it'],
  [/^JobHeld(Admin|User)$/, 'a job is held; it waits until somebody releases it (scontrol release)'],
  [/^Reservation(Deleted)?$/, 'jobs wait for their reservation'],
]

const unavailable = (reason: string, nodes: ReadonlySet<string>): Outlook => {
  const named = expandHosts(/UnavailableNodes:(\S*)/.exec(reason)?.[1] ?? '')
  const gone = named.filter((node) => !nodes.has(node))
  if (named.length > 0 && gone.length === named.length)
    return { kind: 'never', remedy: `the cluster has no node ${gone.join(', ')} any more: ask for others` }
  return {
    kind: 'note',
    text: `jobs wait for nodes that are down or reserved${named.length > 0 ? `: ${named.join(', ')}` : ''}`,
  }
}

/** What the reason of a pending job means. `nodes` are the names that the cluster has. */
export const outlookOf = (reason: string, nodes: ReadonlySet<string>): Outlook => {
  if (reason.startsWith('ReqNodeNotAvail')) return unavailable(reason, nodes)
  if (LOST.test(reason)) return { kind: 'lost' }
  const never = NEVER.find(([form]) => form.test(reason))
  if (never) return { kind: 'never', remedy: never[1] }
  const note = NOTES.find(([form]) => form.test(reason))
  return note ? { kind: 'note', text: `${note[1]} (${reason})` } : { kind: 'waits' }
}
