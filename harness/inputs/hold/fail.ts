// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

const HOLD_FORM = 'POINT [in WHOM] [until POINT] [for TIME] [during LANE,LANE]'
const OVERRIDE_FORM = 'FUNCTION[:argN] returns VALUE [for N calls] [in WHOM] [during LANE,LANE]'
const SWEEP_FORM = 'allocation N [to N] fails [in WHOM] [during LANE,LANE]'

/** How to write a hold, an override or a sweep. */
export const FORMS = `write ${HOLD_FORM}, or ${OVERRIDE_FORM}, or ${SWEEP_FORM}`

/** Fails with the place of the text, what is wrong with it, and how to write it. */
export type Fail = (wrong: string, remedy?: string) => never

export const failAt =
  (where: string): Fail =>
  (wrong, remedy = FORMS) => {
    throw new UsageError(`${where}: ${wrong}`, remedy)
  }
