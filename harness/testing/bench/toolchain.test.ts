// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { cellOf, configOf, FULL, LINKS } from './toolchain.ts'

const LINES = ['CONFIG_DEBUG_INFO_DWARF4=y', 'CONFIG_DEBUG_INFO_REDUCED=y', 'CONFIG_KALLSYMS=y', 'CONFIG_KPROBES=y']
const named = (name: string) => [...FULL, ...LINKS].find((variant) => variant.name.startsWith(name))!

test.each([
  ['DEBUG_INFO_REDUCED', LINES],
  ['DEBUG_INFO_NONE', ['CONFIG_KALLSYMS=y', 'CONFIG_KPROBES=y', 'CONFIG_DEBUG_INFO_NONE=y']],
  ['DEBUG_INFO full', ['CONFIG_DEBUG_INFO_DWARF4=y', 'CONFIG_KALLSYMS=y', 'CONFIG_KPROBES=y']],
  ['ld.bfd, no KALLSYMS', ['CONFIG_DEBUG_INFO_DWARF4=y', 'CONFIG_DEBUG_INFO_REDUCED=y']],
])('the configuration of %s', (name, lines) => expect(configOf(LINES, named(name))).toEqual(lines))

test.each([
  [30, 20, ['30.0 s', '1.50 of the first']],
  [30, undefined, ['30.0 s', '']],
  ['not present on this host', 20, ['not present on this host', '']],
])('%j after a first of %j s', (seconds, first, cells) => expect(cellOf(seconds, first)).toEqual(cells))
