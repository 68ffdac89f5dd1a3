// SPDX-License-Identifier: MIT
import type { Check } from './check.ts'
import { recompile } from './recompile.ts'

/** The compiler warnings that kbuild turns off by default. */
export const w1: Check = {
  name: 'w1',
  needs: null,
  diagnose: (leg, context) => recompile(leg, ['W=1'], context),
}
