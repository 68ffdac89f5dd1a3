// SPDX-License-Identifier: MIT
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { forgetGroup, rememberGroup, signalGroup } from './groups.ts'
import { guardedOnFd3 } from './guard.ts'

const shellArgv = (command: string, args: readonly string[], shell: SpawnOptions['shell']): readonly string[] =>
  shell ? [shell === true ? '/bin/sh' : shell, '-c', [command, ...args].join(' ')] : [command, ...args]

/** `spawn` for zx: the command gets a process group of its own, which dies with the harness, even by SIGKILL. */
export const spawnGuarded = (command: string, args: readonly string[], options: SpawnOptions): ChildProcess => {
  const [file, ...rest] = guardedOnFd3(shellArgv(command, args, options.shell))
  const child = spawn(file, rest, {
    ...options,
    shell: false,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  rememberGroup(child.pid)
  // Undefined when the process limit left no pipes.
  const pipe = child.stdio?.[3] as Duplex | undefined
  pipe?.on('error', () => undefined)
  child.once('error', () => pipe?.destroy())
  child.once('exit', () => {
    forgetGroup(child.pid)
    // What the command left in the background must not outlive it, nor hold its output open.
    signalGroup(child.pid, 'SIGKILL')
    pipe?.destroy()
  })
  return child
}
