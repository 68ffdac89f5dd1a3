// SPDX-License-Identifier: MIT
import { $, type Shell } from 'zx/core'

/** Short shell-like steps; anything long, streamed or cancellable goes through runProcess. */
export const sh: Shell = $({ quiet: true, nothrow: true, stdio: ['ignore', 'pipe', 'pipe'] })

/** True when `name` is a program on PATH. */
export const hasProgram = async (name: string): Promise<boolean> => (await sh`command -v ${name}`).exitCode === 0
