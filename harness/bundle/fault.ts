// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'

/** Makes the error of one bundle. */
export type Fault = (message: string, cause?: unknown) => UsageError

/** The errors of the bundle in this file. */
export const faultIn =
  (file: string): Fault =>
  (message, cause) =>
    new UsageError(
      `${file}: ${message}`,
      'copy the bundle again and compare its sha256, or make it again with zsharness bundle',
      cause,
    )
