// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../lib/files/exists.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { runProcess, succeeded } from '../lib/process/run.ts'
import { NAMESPACES } from './namespaces.ts'

/** What confines a build: bubblewrap, namespaces made by unshare, or nothing. */
export type Sandbox = 'bwrap' | 'unshare' | 'none'

/** The folders of one build. */
export interface Place {
  /** Folders that it may write to; everything else but a private /tmp is read-only. */
  readonly writable: readonly string[]
  /** Folders that it reads; they stay visible below /tmp and /run, which are hidden. */
  readonly readable?: readonly string[]
}

// Other users' files, and the sockets of the host's daemons.
const HIDDEN = ['/tmp', '/run']

const hidden = (path: string): boolean => HIDDEN.some((root) => path.startsWith(`${root}/`))

/** The folders that must be mounted again: the programs' and the build's own. */
const visible = ({ readable = [] }: Place): readonly string[] =>
  [...(process.env.PATH ?? '').split(':'), ...readable].filter((path) => hidden(path) && existsSync(path))

const bwrap = (argv: readonly string[], place: Place): readonly string[] => [
  'bwrap',
  ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
  ...['--cap-drop', 'ALL', '--die-with-parent'],
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--remount-ro', '/proc'],
  ...HIDDEN.filter((path) => existsSync(path)).flatMap((path) => ['--tmpfs', path]),
  ...visible(place).flatMap((path) => ['--ro-bind', path, path]),
  ...place.writable.flatMap((path) => ['--bind', path, path]),
  ...['--setenv', 'TMPDIR', '/tmp', '--chdir', '/', '--'],
  ...argv,
]

const unshare = (argv: readonly string[], place: Place): readonly string[] => [
  'unshare',
  ...['--user', '--map-root-user', '--mount', '--pid', '--net', '--ipc', '--uts'],
  ...['--fork', '--kill-child', '--mount-proc'],
  ...['/bin/sh', '-c', NAMESPACES, 'zsharness-sandbox'],
  ...[...visible(place), '--', ...place.writable, '--'],
  ...argv,
]

/** The argv that runs `argv` in this sandbox. */
export const boxed = (sandbox: Sandbox, argv: readonly string[], place: Place): readonly string[] => {
  if (sandbox === 'none') return argv
  return sandbox === 'bwrap' ? bwrap(argv, place) : unshare(argv, place)
}

// The files are empty: a full TMPDIR must not pass for a sandbox that does not work.
const PROBE = 'true >"$1/file" && ! true >"$2/file" 2>/dev/null && [ -w /dev/null ] && : >/tmp/file'
const PROBE_LIMIT_MS = 20_000

/** Whether this sandbox starts here, and keeps a process from writing elsewhere. */
export const confines = (sandbox: Sandbox): Promise<boolean> =>
  inTempDir('sandbox', async (dir) => {
    const [inside, outside] = [join(dir, 'in'), join(dir, 'out')]
    for (const path of [inside, outside]) await mkdir(path)
    const argv = boxed(sandbox, ['/bin/sh', '-c', PROBE, 'sh', inside, outside], {
      writable: [inside],
      readable: [outside],
    })
    const { ended } = await runProcess(argv, { deadlineMs: PROBE_LIMIT_MS })
    return succeeded(ended) && (await exists(join(inside, 'file'))) && !(await exists(join(outside, 'file')))
  })

const choose = async (): Promise<Sandbox> => {
  for (const sandbox of ['bwrap', 'unshare'] as const) if (await confines(sandbox)) return sandbox
  return 'none'
}

let chosen: Promise<Sandbox> | undefined

/** The sandbox of this host's builds; the first call tries which one works. */
export const findSandbox = (): Promise<Sandbox> => {
  chosen ??= choose()
  return chosen
}
