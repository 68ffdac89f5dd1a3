// SPDX-License-Identifier: MIT
import { $, type Options, type Shell } from 'zx/core'
import { childEnv } from '../env.ts'
import { spawnGuarded } from './shspawn.ts'

// The types of zx ask for all overloads of node's spawn, of which it calls one.
const guard = { spawn: spawnGuarded as unknown as NonNullable<Options['spawn']>, detached: true }
const OPTIONS = { ...guard, quiet: true, nothrow: true, stdio: ['ignore', 'pipe', 'pipe'] } satisfies Partial<Options>

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

// Without bash in PATH, zx has no shell of its own.
const PLAIN = typeof $.shell === 'string' ? {} : { shell: '/bin/sh', prefix: '', postfix: '', quote: quoted }

// The environment is that of the moment of the call; an `env` in the options replaces it.
const call = (first: never, ...rest: never[]): unknown =>
  ($({ ...OPTIONS, ...PLAIN, env: childEnv() }) as CallableFunction)(first, ...rest)

/** Runs short shell commands; anything long, streamed or cancellable uses runProcess. */
export const sh = call as Pick<Shell, never> as Shell

/** True when PATH has a program `name`. */
export const hasProgram = async (name: string): Promise<boolean> => (await sh`command -v ${name}`).exitCode === 0
