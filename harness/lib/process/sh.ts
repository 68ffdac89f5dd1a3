// SPDX-License-Identifier: MIT
import { $, type Options, type Shell } from 'zx/core'
import { spawnGuarded } from './shspawn.ts'

// The types of zx ask for all overloads of node's spawn, of which it calls one.
const guard = { spawn: spawnGuarded as unknown as NonNullable<Options['spawn']>, detached: true }

/** Runs short shell commands; anything long, streamed or cancellable uses runProcess. */
export const sh: Shell = $({ ...guard, quiet: true, nothrow: true, stdio: ['ignore', 'pipe', 'pipe'] })

/** True when PATH has a program `name`. */
export const hasProgram = async (name: string): Promise<boolean> => (await sh`command -v ${name}`).exitCode === 0
