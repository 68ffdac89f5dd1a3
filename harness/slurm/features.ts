// SPDX-License-Identifier: MIT
import { Slurm } from './client.ts'
import { settle } from './options.ts'
import type { NodeLine } from './parse.ts'

/** A node that gets jobs. */
type Node = Pick<NodeLine, 'state' | 'responds' | 'features'>

const isUsable = ({ state, responds }: Node): boolean => responds && !/^(?:down|drain|fail)/.test(state)

/**
 * The features that a node must have to boot this architecture as well as the cluster can: `arm64` marks nodes of that
 * architecture, `kvm` those with /dev/kvm. All nodes that fit have the same accelerator, because boots under KVM and
 * under TCG are two tests. Undefined where the features say nothing about it.
 */
export const constraintFor = (arch: string, nodes: readonly Node[]): string | undefined => {
  const usable = nodes.filter(isUsable)
  const has = (node: Node, ...features: readonly string[]): boolean =>
    features.every((feature) => node.features.includes(feature))
  if (arch === 'arm64') {
    const own = usable.filter((node) => has(node, 'arm64'))
    const fast = own.filter((node) => has(node, 'kvm'))
    if (own.length === 0) return undefined
    return fast.length > 0 && fast.length < own.length ? 'arm64&kvm' : 'arm64'
  }
  const fast = usable.filter((node) => has(node, 'kvm') && !has(node, 'arm64'))
  if (fast.length === 0) return undefined
  // sbatch knows no "not": the others are told apart by a feature that they lack.
  if (!nodes.some((node) => has(node, 'kvm', 'arm64'))) return 'kvm'
  return fast.some((node) => has(node, arch)) ? `${arch}&kvm` : undefined
}

/** The nodes that jobs may run on; none where Slurm does not answer, which the submission then reports. */
export const nodesOf = async (partition: string | undefined, signal: AbortSignal): Promise<readonly NodeLine[]> => {
  const answer = await new Slurm(settle({ root: process.cwd() })).nodeLines(partition, signal)
  return answer.kind === 'said' ? answer.value : []
}
