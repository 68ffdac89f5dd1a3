// SPDX-License-Identifier: MIT
import { demangleItanium } from './demangle/itanium.ts'
import { demangleRust } from './demangle/rust.ts'

// A name grows by back references: what is longer than this names no function that a kernel prints.
const MAX_MANGLED = 512

/**
 * A function's name as its source has it, for the names that compilers of Rust and C++ encode; the name itself for any
 * other. The hash of a crate and the types of C++ parameters are left out: they differ between builds.
 */
export const demangle = (name: string): string => {
  if (name.charCodeAt(0) !== 0x5f || name.length > MAX_MANGLED) return name
  if (name.startsWith('_R')) return demangleRust(name) ?? name
  return name.startsWith('_Z') ? (demangleItanium(name) ?? name) : name
}
