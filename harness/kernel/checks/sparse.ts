// SPDX-License-Identifier: MIT
import type { Check } from './check.ts'
import { recompile } from './recompile.ts'

/** sparse: address spaces, byte orders, lock balance. */
export const sparse: Check = {
  name: 'sparse',
  needs: { program: 'sparse', package: 'sparse' },
  diagnose: (leg, context) => recompile(leg, ['C=2', 'CHECK=sparse'], context),
}
