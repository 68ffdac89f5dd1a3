// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { type Cluster, type ClusterOptions, missingForCluster, throwAwayCluster } from './cluster.ts'
import { processesUsing } from './nodeprocesses.ts'

/** What all tests of a file share: a cluster, and a folder that its nodes see. */
export class OfFile {
  /** Why this host has no cluster; undefined when it has one. */
  readonly missing = missingForCluster()
  /** For the names of tests. */
  readonly why = this.missing === undefined ? '' : ` (skipped: ${this.missing})`
  top = ''
  cluster!: Cluster

  async start(name: string, nodes: number, options: ClusterOptions): Promise<void> {
    this.top = await mkdtemp(join(tmpdir(), `zsharness-${name}-`))
    this.cluster = await throwAwayCluster(nodes, options)
  }

  /** Ends the cluster; nothing of it or in the folder may be left. */
  async stop(): Promise<void> {
    const { cluster, top } = this
    await cluster[Symbol.asyncDispose]()
    expect(processesUsing(cluster.dir)).toEqual([])
    expect(processesUsing(top)).toEqual([])
    await rm(top, { recursive: true })
  }
}

/** Starts a cluster of `nodes` nodes before the tests of a file, and ends it after them. */
export const clusterOfFile = (name: string, nodes: number, options: ClusterOptions = {}): OfFile => {
  const here = new OfFile()
  if (here.missing !== undefined) return here
  beforeAll(() => here.start(name, nodes, options), 60_000)
  afterAll(() => here.stop(), 60_000)
  return here
}
