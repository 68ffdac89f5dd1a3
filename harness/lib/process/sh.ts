// SPDX-License-Identifier: MIT
import { $, type Shell } from 'zx/core'

/** Runs short shell commands; anything long, streamed or cancellable uses runProcess. */
export const sh: Shell = $({ quiet: true, nothrow: true, stdio: ['ignore', 'pipe', 'pipe'] })

/** True when PATH has a program `name`. */
export const hasProgram = async (name: string): Promise<boolean> => (await sh`command -v ${name}`).exitCode === 0
