// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isEnded } from '../../slurm/parse.ts'

/** What happens to one array element. */
export type Fate =
  | 'run'
  /** The controller forgets it at once. */
  | 'vanish'
  /** It ends without having started. */
  | 'fail'
  /** It stays pending for this reason. */
  | { readonly reason: string }

export interface FakeElement {
  readonly job: number
  readonly index: number
  readonly name: string
  readonly dependency: readonly string[]
  state: string
  reason: string
  fate: Fate
  child?: ChildProcess
}

const COMMON = `
here=DIR
env >"$here/env-$(basename "$0")"
if [ -e "$here/down" ]; then
  echo "$(basename "$0"): error: Unable to contact slurm controller (connect failure)" >&2
  exit 1
fi
`

const PROGRAMS: Readonly<Record<string, string>> = {
  sbatch: `
for one; do
  case $one in --test-only)
    if [ -e "$here/refuse" ]; then cat "$here/refuse" >&2; exit 1; fi
    exit 0 ;;
  esac
done
# So many submissions are refused, though they could run.
left=$(cat "$here/full" 2>/dev/null || echo 0)
if [ "$left" -gt 0 ]; then
  echo $((left - 1)) >"$here/full"
  echo "sbatch: error: Batch job submission failed: I/O error writing script/environment to file" >&2
  exit 1
fi
id=1
while ! mkdir "$here/jobs/$id" 2>/dev/null; do id=$((id + 1)); done
printf '%s\\n' "$@" >"$here/jobs/$id/new"
mv "$here/jobs/$id/new" "$here/jobs/$id/argv"
if [ -e "$here/mute" ]; then
  rm "$here/mute"
  echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2
  exit 1
fi
echo "$id"
`,
  squeue: 'cat "$here/queue"\n',
  sinfo: 'echo "n1|idle|4|8000|(null)"\n',
  scontrol: 'echo "MaxArraySize = 8"\n',
  scancel: 'for one; do : >"$here/cancel/$one"; done\n',
}

/** Slurm's programs as shell scripts, and a controller in this process that runs what they submit. */
export class FakeSlurm {
  readonly dir: string
  readonly elements: FakeElement[] = []
  /** Called for each new element: `run` by default. */
  fate: (element: FakeElement) => Fate = () => 'run'
  /** How many elements run at once. */
  cpus = 4
  readonly #timer: NodeJS.Timeout

  private constructor(dir: string) {
    this.dir = dir
    this.#timer = setInterval(() => this.#turn(), 20)
  }

  static async start(): Promise<FakeSlurm> {
    const dir = await mkdtemp(join(tmpdir(), 'zsharness-fakeslurm-'))
    for (const name of ['bin', 'jobs', 'cancel']) await mkdir(join(dir, name))
    await writeFile(join(dir, 'queue'), '')
    for (const [name, body] of Object.entries(PROGRAMS)) {
      const path = join(dir, 'bin', name)
      await writeFile(path, `#!/bin/sh${COMMON.replace('DIR', dir)}${body}`)
      await chmod(path, 0o755)
    }
    return new FakeSlurm(dir)
  }

  /** The environment in which zsharness finds these programs. */
  get env(): Readonly<Record<string, string>> {
    return { PATH: `${join(this.dir, 'bin')}:${process.env.PATH}` }
  }

  /** Turns one of the faults on or off. */
  async set(fault: 'down' | 'full' | 'mute' | 'refuse', isOn: boolean, text = ''): Promise<void> {
    const path = join(this.dir, fault)
    await (isOn ? writeFile(path, text) : rm(path, { force: true }))
  }

  /** The environment that a program saw. */
  envOf(program: string): string {
    return readFileSync(join(this.dir, `env-${program}`), 'utf8')
  }

  get running(): readonly FakeElement[] {
    return this.elements.filter(({ state }) => state === 'RUNNING')
  }

  #turn(): void {
    this.#take()
    this.#cancel()
    for (const element of this.elements) if (element.state === 'PENDING') this.#startOne(element)
    const lines = this.elements.filter(({ fate }) => fate !== 'vanish').map((one) => this.#line(one))
    const queue = join(this.dir, 'queue')
    void writeFile(`${queue}.new`, lines.join('')).then(
      () => existsSync(`${queue}.new`) && renameSync(`${queue}.new`, queue),
      () => undefined,
    )
  }

  #line({ job, index, state, name, reason }: FakeElement): string {
    return `${job}|${index}|${state}|${state === 'PENDING' ? '' : 'n1'}|${name}|${reason}\n`
  }

  #take(): void {
    const known = new Set(this.elements.map(({ job }) => job))
    for (const id of readdirSync(join(this.dir, 'jobs'))) {
      const file = join(this.dir, 'jobs', id, 'argv')
      if (known.has(Number(id)) || !existsSync(file)) continue
      const argv = readFileSync(file, 'utf8').split('\n')
      const value = (flag: string): string => argv.find((word) => word.startsWith(`--${flag}=`))?.split('=')[1] ?? ''
      for (let index = 0; index <= Number(value('array').split('-')[1]); index++) {
        const dependency = value('dependency').split(':').slice(1)
        const element: FakeElement = {
          job: Number(id),
          index,
          name: value('job-name'),
          dependency,
          state: 'PENDING',
          reason: 'None',
          fate: 'run',
        }
        element.fate = this.fate(element)
        this.elements.push(element)
      }
    }
  }

  #cancel(): void {
    for (const name of readdirSync(join(this.dir, 'cancel'))) {
      rmSync(join(this.dir, 'cancel', name))
      const [job, index] = name.split('_')
      for (const element of this.elements)
        if (
          element.job === Number(job) &&
          (index === undefined || element.index === Number(index)) &&
          !isEnded(element.state)
        ) {
          element.child?.kill('SIGKILL')
          element.state = 'CANCELLED'
        }
    }
  }

  #startOne(element: FakeElement): void {
    if (typeof element.fate !== 'string') element.reason = element.fate.reason
    if (element.fate === 'fail' || element.fate === 'vanish') element.state = 'FAILED'
    const isHeld = this.elements.some(({ job, state }) => element.dependency.includes(`${job}`) && !isEnded(state))
    if (element.fate !== 'run' || isHeld || this.running.length >= this.cpus) return
    const argv = readFileSync(join(this.dir, 'jobs', `${element.job}`, 'argv'), 'utf8')
      .trimEnd()
      .split('\n')
    const env = {
      PATH: process.env.PATH,
      SLURMD_NODENAME: 'n1',
      SLURM_JOB_ID: `${element.job}`,
      SLURM_ARRAY_TASK_ID: `${element.index}`,
    }
    element.state = 'RUNNING'
    element.child = spawn('sh', [argv.at(-1)!], { env, stdio: 'ignore' })
    element.child.once('exit', (code) => {
      if (element.state === 'RUNNING') element.state = code === 0 ? 'COMPLETED' : 'FAILED'
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    for (const { child } of this.elements) child?.kill('SIGKILL')
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
