// SPDX-License-Identifier: MIT
import type { Oracle } from '../observation.ts'
import { balance } from './balance.ts'
import { console } from './console.ts'
import { data } from './data.ts'
import { liveness } from './liveness.ts'
import { progress } from './progress.ts'
import { state } from './state.ts'

/** Every oracle, the most specific first. */
export const oracles: readonly Oracle[] = [console, data, balance, state, progress, liveness]
