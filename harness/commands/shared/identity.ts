// SPDX-License-Identifier: MIT
import { childEnv, passed } from '../../lib/env.ts'
import { sh } from '../../lib/process/sh.ts'
import { cleanLine } from '../../lib/text/clean.ts'
import type { Identity } from '../../report/context.ts'

const NAME_AND_ADDRESS = /^([^<>]*) <([^<>\s@]+@[^<>\s@]+)> \d+ \S+$/

const OWN = ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'EMAIL', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM', 'GIT_DIR']

/** The user's name and address as git has them; null where it would have to guess. */
export const gitIdentity = async (): Promise<Identity | null> => {
  const git = sh({ env: { ...childEnv(), ...passed(OWN) } })
  const { exitCode, stdout } = await git`git -c user.useConfigOnly=true var GIT_AUTHOR_IDENT`
  const [, name = '', email = ''] = NAME_AND_ADDRESS.exec(stdout.trimEnd()) ?? []
  return exitCode === 0 && name !== '' ? { name: cleanLine(name), email: cleanLine(email) } : null
}
