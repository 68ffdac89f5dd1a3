// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Context, Event } from '../model/events.ts'

const MAKEFILE = (sublevel: number) => `# SPDX-License-Identifier: GPL-2.0
VERSION = 6
PATCHLEVEL = 1
SUBLEVEL = ${sublevel}
EXTRAVERSION =
`

/** Thirty numbered lines of a C file, enough for several hunks. */
export const numberedLines = (edit: (line: number) => string = (n) => `int line_${n};`): string =>
  Array.from({ length: 30 }, (_, i) => `${edit(i + 1)}\n`).join('')

/** The smallest folder that is accepted as a kernel source. */
export const writeFakeTree = (dir: string, files: Readonly<Record<string, string>> = {}, sublevel = 7): void => {
  const all = { Makefile: MAKEFILE(sublevel), Kconfig: 'mainmenu "toy"\n', 'mm/zsmalloc.c': numberedLines(), ...files }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
}

/** No configuration of the user, no housekeeping after a commit, and no sample hooks in a new repository. */
export const QUIET_GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
  GIT_TEMPLATE_DIR: '',
}

const GIT_ENV = {
  ...QUIET_GIT,
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
}

/** Runs a program and returns its output; git ignores the user's configuration. */
export const exec = (cwd: string, file: string, ...args: string[]): string =>
  execFileSync(file, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...GIT_ENV },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** A context that records its events. */
export const recordingContext = (signal = new AbortController().signal): Context & { readonly events: Event[] } => {
  const events: Event[] = []
  return { scope: 'test', signal, events, emit: (event) => events.push(event) }
}
