// SPDX-License-Identifier: MIT

/**
 * This kernel cannot be explored, though it may be a good one: its code asks for what the explorer does not have. It says
 * nothing about the kernel, and nothing about the host.
 */
export class CannotExploreError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CannotExploreError'
  }
}
