// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { childEnv } from '../../lib/env.ts'
import { type PlannedNode, slurmConf } from './conf.ts'
import { Daemon, until } from './daemon.ts'
import { killAll, processesOfNode, processesUsing } from './nodeprocesses.ts'
import { freePorts } from './ports.ts'

// Debian keeps the daemons in sbin, which an ordinary user's PATH lacks.
const SBIN = ['/usr/sbin', '/sbin', '/usr/local/sbin']
const PROGRAMS = ['munged', 'munge', 'slurmctld', 'slurmd', 'scontrol', 'sinfo', 'sbatch', 'squeue', 'scancel']

const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), ...SBIN]
    .map((dir) => join(dir, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

/** Why this host cannot run a throw-away cluster; undefined when it can. */
export const missingForCluster = (): string | undefined => {
  const missing = PROGRAMS.filter((name) => findProgram(name) === undefined)
  if (missing.length === 0) return undefined
  return `no ${missing.join(', ')}: apt-get install --no-install-recommends slurm-wlm munge`
}

export interface ClusterOptions {
  /** The features of each node, by name. */
  readonly features?: Readonly<Record<string, readonly string[]>>
  /** Further lines of slurm.conf. */
  readonly conf?: readonly string[]
}

/** Two or more slurmd, one slurmctld and one munged on this host, in a folder that goes with them. */
export class Cluster {
  readonly dir: string
  readonly nodes: readonly string[]
  readonly #daemons = new Map<string, Daemon>()
  #administrator: NodeJS.Timeout | undefined

  constructor(dir: string, nodes: readonly string[]) {
    this.dir = dir
    this.nodes = nodes
  }

  get conf(): string {
    return join(this.dir, 'slurm.conf')
  }

  /** An environment in which Slurm's programs know only this cluster. */
  get env(): Readonly<Record<string, string>> {
    const { PATH = '', ...rest } = childEnv()
    return { ...rest, PATH: [PATH, ...SBIN].join(delimiter), SLURM_CONF: this.conf }
  }

  /** Runs one of Slurm's programs on this cluster; the answer on stdout, or undefined when it failed. */
  async ask(program: string, ...args: readonly string[]): Promise<string | undefined> {
    const { exitCode, stdout } = await execa(program, args, {
      env: this.env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 20_000,
    })
    return exitCode === 0 ? stdout : undefined
  }

  /** The node names in one of these states, such as `idle`. */
  async nodesIn(states: string): Promise<readonly string[]> {
    const answer = await this.ask('sinfo', '-h', '-N', '-t', states, '-o', '%N')
    return answer?.split('\n').filter((name) => name !== '') ?? []
  }

  async startController(): Promise<void> {
    this.#start('slurmctld', ['slurmctld', '-D', '-i'])
    await until('the controller answers', async () => (await this.ask('scontrol', 'ping'))?.includes('is UP') ?? false)
  }

  startNode(name: string): void {
    this.#start(name, ['slurmd', '-D', '-N', name])
  }

  /** Whether this node's slurmd runs. */
  isUp(name: string): boolean {
    return this.#daemons.get(name)?.isRunning ?? false
  }

  async startMunge(): Promise<void> {
    const at = (name: string): string => join(this.dir, 'munge', name)
    const files = ['key', 'pid', 'log', 'seed'].map((name) => `--${name}-file=${at(name)}`)
    this.#start('munged', ['munged', '--foreground', '--force', ...files, `--socket=${at('socket')}`])
    await until('munged answers', async () => (await this.ask('munge', '-n', '-S', at('socket'))) !== undefined)
  }

  /** Kills the controller without a chance to save its state, and starts it again after `downMs`. */
  async restartController(downMs = 0): Promise<void> {
    await this.#daemons.get('slurmctld')!.stop('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, downMs))
    await this.startController()
    this.#administrator ??= setInterval(() => void this.#resumeDrained(), 1_000)
  }

  // A controller that has lost its last seconds gives ids of jobs again, and drains the nodes that still have the first.
  async #resumeDrained(): Promise<void> {
    const names = await this.nodesIn('drain')
    if (names.length > 0) await this.ask('scontrol', 'update', `NodeName=${names.join(',')}`, 'State=RESUME')
  }

  /** Kills everything that runs on a node at once, as a power failure does. */
  async killNode(name: string): Promise<void> {
    const daemon = this.#daemons.get(name)!
    const dying = daemon.stop('SIGKILL')
    await killAll(() => processesOfNode(this.dir, name))
    await dying
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#administrator)
    await this.#cancelAll()
    const order = ['slurmctld', ...this.nodes, 'munged']
    for (const name of order) await this.#daemons.get(name)?.stop('SIGTERM')
    await killAll(() => processesUsing(this.dir))
    await rm(this.dir, { recursive: true, force: true })
  }

  // A slurmstepd outlives the daemons.
  async #cancelAll(): Promise<void> {
    if ((await this.ask('scancel', '--me')) === undefined) return
    await until('no job is left', async () => (await this.ask('squeue', '-h')) === '', 10_000).catch(() => undefined)
  }

  #start(name: string, [program, ...args]: readonly [string, ...string[]]): void {
    this.#daemons.set(name, new Daemon([findProgram(program)!, ...args], this.env, join(this.dir, `${name}.log`)))
  }

  /** The last lines of each daemon's log, for a test that fails. */
  async logs(): Promise<string> {
    const texts = [...this.#daemons.keys()].map(async (name) => {
      const text = await readFile(join(this.dir, `${name}.log`), 'utf8')
      return `== ${name}\n${text.split('\n').slice(-15).join('\n')}`
    })
    return (await Promise.all(texts)).join('\n')
  }
}

const prepareFolder = async (nodes: readonly PlannedNode[], controllerPort: number, more: readonly string[]) => {
  const dir = await mkdtemp(join(tmpdir(), 'zsharness-slurm-'))
  const [host] = hostname().split('.') as [string]
  const folders = ['munge', 'state', 'run', ...nodes.map(({ name }) => `spool-${name}`)]
  for (const name of folders) await mkdir(join(dir, name), { mode: 0o755 })
  await writeFile(join(dir, 'munge/key'), randomBytes(128), { mode: 0o600 })
  const user = userInfo().username
  await writeFile(join(dir, 'slurm.conf'), slurmConf({ dir, host, user, controllerPort, nodes, more }))
  return dir
}

/** Starts a cluster of `count` nodes, n1, n2, …, all idle. No program of it can reach another cluster. */
export const throwAwayCluster = async (count: number, options: ClusterOptions = {}): Promise<Cluster> => {
  const [controllerPort, ...ports] = (await freePorts(count + 1)) as [number, ...number[]]
  const nodes = ports.map((port, index) => {
    const name = `n${index + 1}`
    return { name, port, features: options.features?.[name] ?? [] }
  })
  const dir = await prepareFolder(nodes, controllerPort, options.conf ?? [])
  const names = nodes.map(({ name }) => name)
  const cluster = new Cluster(dir, names)
  try {
    await cluster.startMunge()
    await cluster.startController()
    for (const name of names) cluster.startNode(name)
    await until('all nodes are idle', async () => (await cluster.nodesIn('idle')).length === count)
  } catch (error) {
    const logs = await cluster.logs()
    await cluster[Symbol.asyncDispose]()
    throw new Error(`the throw-away cluster did not start: ${(error as Error).message}\n${logs}`, { cause: error })
  }
  return cluster
}
