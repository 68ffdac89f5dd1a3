// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { userEnv } from '../../lib/env.ts'
import { describeEnd, type Ended, runProcess } from '../../lib/process/run.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { seedOf } from '../../run/settings.ts'
import { GIT } from '../exits.ts'
import type { WorkTree } from '../git/worktree.ts'
import type { Sources } from '../sources.ts'
import type { Tester, TestResult } from '../tester.ts'

/** A test script and how it runs. */
export interface ScriptOptions {
  readonly command: string
  readonly timeoutS: number
  readonly seed: string
  /** Exit codes that blame the host, beside those from 128. */
  readonly hostCodes?: readonly number[]
}

/** The result of a test script by its exit code, as `git bisect run` reads it. */
export const readExit = (ended: Ended, hostCodes: readonly number[] = []): TestResult => {
  if (ended.by === 'deadline') {
    const hang = {
      kind: 'hang',
      title: 'the script did not end in time',
      oracle: 'liveness',
      signature: false,
      bucket: null,
    }
    return { kind: 'incomplete', why: `the script ${describeEnd(ended)}`, sightings: [hang] }
  }
  if (ended.by !== 'exit') throw new HostError(`the script ${describeEnd(ended)}`, 'run it by hand in the work tree')
  const { code } = ended
  if (code === GIT.good) return { kind: 'complete', why: 'the script succeeds', sightings: [] }
  if (code === GIT.skip)
    return { kind: 'untestable', why: 'the script exits with 125: the commit cannot be tested', sightings: [] }
  if (hostCodes.includes(code))
    throw new HostError(`the script exited with ${code}`, 'the shell did not find or could not start a program')
  if (code >= GIT.stop) throw new HostError(`the script exited with ${code}`, 'codes from 128 stop the bisection')
  const title = `the script exits with ${code}`
  return {
    kind: 'complete',
    why: title,
    sightings: [{ kind: 'script', title, oracle: 'script', signature: false, bucket: null }],
  }
}

/** Runs the user's script in a work tree of the commit, one run at a time. */
export const scriptTester = (sources: Sources, tree: WorkTree, options: ScriptOptions): Tester => {
  let current: string | undefined
  const checkOut = async (id: string): Promise<string> => {
    const source = await sources.of(id)
    if (current !== source.tree) await tree.show(source.tree)
    current = source.tree
    return source.tree
  }
  return {
    prepare: async (id) => ({ kind: 'ready', image: await checkOut(id), why: 'checked out', sightings: [] }),
    run: async (id, nth, { dir }, { signal }) => {
      await checkOut(id)
      const { ended } = await runProcess(['/bin/sh', '-c', options.command], {
        cwd: tree.dir,
        signal,
        deadlineMs: options.timeoutS * 1000,
        logFile: join(dir, 'script.log'),
        // The script is the user's own, and may need whatever the user has set.
        env: {
          ...userEnv(),
          ZSHARNESS_COMMIT: id.replace('revert:', ''),
          ZSHARNESS_TREE: tree.dir,
          ZSHARNESS_RUN: `${nth}`,
          ZSHARNESS_SEED: seedOf(options.seed, nth),
        },
      })
      if (ended.by === 'abort') throw new InterruptedError()
      return readExit(ended, options.hostCodes)
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
