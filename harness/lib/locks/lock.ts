// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { builtEnv } from '../process/env.ts'

export interface Lock {
  [Symbol.asyncDispose](): Promise<void>
}

const BUSY = 75

const start = (file: string, flags: readonly string[]) =>
  execa('flock', [...flags, '-E', `${BUSY}`, file, 'sh', '-c', 'echo held; exec cat'], {
    ...builtEnv(),
    // Outside the terminal's process group: Ctrl-C must not release a lock before its holder has cleaned up.
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'pipe',
    stdout: 'pipe',
  })

type Holder = ReturnType<typeof start>

const isHeld = (child: Holder): Promise<boolean> =>
  new Promise((resolve) => {
    child.stdout.once('data', () => resolve(true))
    child.once('exit', () => resolve(false))
    child.once('error', () => resolve(false))
  })

const release = (child: Holder): Lock => ({
  [Symbol.asyncDispose]: async () => {
    child.stdin.end()
    await child
  },
})

const take = async (file: string, flags: readonly string[], signal?: AbortSignal): Promise<Lock | undefined> => {
  const child = start(file, flags)
  const onAbort = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort, { once: true })
  const held = await isHeld(child)
  signal?.removeEventListener('abort', onAbort)
  if (held) return release(child)
  const { exitCode, shortMessage } = await child
  if (signal?.aborted) throw new InterruptedError()
  if (exitCode === BUSY) return undefined
  throw new HostError(
    `cannot lock ${file}: ${shortMessage ?? 'flock failed'}`,
    'install util-linux (flock) and make the folder writable',
  )
}

/** Takes the lock, or returns undefined at once when it is busy. Shared locks exclude only exclusive ones. */
export const tryLock = async (file: string, mode: 'exclusive' | 'shared' = 'exclusive'): Promise<Lock | undefined> => {
  await mkdir(dirname(file), { recursive: true })
  return take(file, [`--${mode}`, '--nonblock'])
}

/** Waits for the lock, calling `onWait` when it is busy. The kernel releases it when its holder dies, even by SIGKILL. */
export const acquireLock = async (
  file: string,
  options: { mode?: 'exclusive' | 'shared'; signal?: AbortSignal | undefined; onWait?: () => void } = {},
): Promise<Lock> => {
  const mode = options.mode ?? 'exclusive'
  const now = await tryLock(file, mode)
  if (now) return now
  options.onWait?.()
  const later = await take(file, [`--${mode}`], options.signal)
  if (later) return later
  throw new HostError(`cannot lock ${file}: flock did not wait`, 'check that the file system supports flock')
}
