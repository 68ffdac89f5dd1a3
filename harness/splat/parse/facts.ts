// SPDX-License-Identifier: MIT

import { ofText } from '../lines/shape.ts'
import type { Access } from '../model.ts'
import { byLead, leading } from '../patterns.ts'

/** The task that a report names. */
export interface TaskInfo {
  readonly task: string | undefined
  readonly pid: number | undefined
  readonly cpu: number | undefined
}

/** What the `CPU:` line of a report names. */
export interface Where extends TaskInfo {
  readonly kernel: string | undefined
}

const NOWHERE: Where = { cpu: undefined, pid: undefined, task: undefined, kernel: undefined }

const CPU_LINE =
  /^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (.+?) (?:Kdump: loaded )?(?:Not tainted|Tainted: [A-Z]?(?: *[A-Z])*) +(\S+)/
// The rest of the line when the task's name is empty, or holds a newline.
const CPU_ALONE = /^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm:/
const OLD_LINE = /^Pid: (\d+), comm: (.+?) (?:Not tainted|Tainted: [A-Z]?(?: *[A-Z])*) +(\S+)/
// Below `INFO: task hung`, and in the heading of lockdep reports.
const TAINT_LINE =
  /^(?:(?:Not tainted|Tainted: [A-Z]?(?: *[A-Z])*) +(?=\d)(\S+) #\S+|\d\S* #\S+ (?:Not tainted|Tainted: ))/
const NEW_WARNING = /^WARNING: \S+ at \S+, CPU#(\d+): (.+)\/(\d+)$/

const version = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d+\.\d+/.test(text) ? text : undefined

const isWhere = leading(/^(?:CPU: \d|Pid: \d|Not tainted|Tainted|\d|WARNING: )/)

/** `CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1`, in its forms from 3.x to today. */
export const parseWhere = (text: string): Where | undefined => (isWhere(text) ? whereOf(text) : undefined)

/** What that line names, parsed once. */
export const whereIn = ofText(parseWhere)

const whereOf = (text: string): Where | undefined => {
  const cpu = CPU_LINE.exec(text)
  if (cpu !== null) return { cpu: Number(cpu[1]), pid: Number(cpu[2]), task: cpu[3], kernel: version(cpu[4]) }
  const alone = CPU_ALONE.exec(text)
  if (alone !== null) return { ...NOWHERE, cpu: Number(alone[1]), pid: Number(alone[2]) }
  const old = OLD_LINE.exec(text)
  if (old !== null) return { ...NOWHERE, pid: Number(old[1]), task: old[2], kernel: version(old[3]) }
  const tainted = TAINT_LINE.exec(text)
  if (tainted !== null) return { ...NOWHERE, kernel: version(tainted[1]) }
  const warning = NEW_WARNING.exec(text)
  if (warning !== null) return { ...NOWHERE, cpu: Number(warning[1]), pid: Number(warning[3]), task: warning[2] }
  return undefined
}

/** A form of a line that names a task, and a word of each such line where it can begin with anything. */
interface TaskForm {
  readonly re: RegExp
  readonly word: string
}

const of = (re: RegExp, word = ''): TaskForm => ({ re, word })

const TASKS: readonly TaskForm[] = [
  of(/^INFO: task (?<task>.{0,64}?):(?<pid>\d{1,10}) (?:blocked|can't die|<)/),
  // The name holds a newline.
  of(/^.{0,14}:(?<pid>\d{1,10}) (?:<[^>]{0,64}> )?blocked (?:in \S.{0,64} )?for more than \d/, 'blocked '),
  of(/^(?:watchdog: |NMI watchdog: )?BUG: soft lockup - CPU#(?<cpu>\d+) stuck for \d+s! \[(?<task>.+):(?<pid>\d+)\]/),
  of(/^(?:WARNING: CPU: (?<cpu>\d+) PID: (?<pid>\d+) at )/),
  of(/^BUG: scheduling while atomic: (?<task>.+)\/(?<pid>\d+)\//),
  of(/^(?:Out of memory|Memory cgroup out of memory).*?: Kill(?:ed)? process (?<pid>\d+) \((?<task>[^)]{1,64})\)/),
  of(/^.*Watchdog detected hard LOCKUP on cpu (?<cpu>\d+)/, 'LOCKUP on cpu '),
  of(/^(?:Read|Write|Free) .*by task (?<task>.{1,64})\/(?<pid>\d{1,10})$/),
  of(/^BUG: Bad page (?:state|map) in process (?<task>\S+)/),
  of(/^in_atomic\(\): \d+, irqs_disabled\(\): \d+,.* pid: (?<pid>\d+), name: (?<task>.{1,64})$/),
  of(/^comm "(?<task>[^"]+)", pid (?<pid>\d+)/),
  of(/^[^"]{0,15}", pid (?<pid>\d{1,10}), jiffies /, '", pid '),
  of(/^(?:.* )?in preemptible \[[0-9a-f]+\] code: (?<task>.{1,64})\/(?<pid>\d{1,10})$/, '] code: '),
  of(/^(?<task>\S.*)\/(?<pid>\d+) is trying to (?:acquire lock|release lock|lock|contend lock)/, 'trying to '),
  of(/^(?<task>\S.*) invoked oom-killer/, '-killer'),
  // A stall also shows RCU's own thread.
  of(/^task:(?!rcu_)(?<task>\S+) .*\bpid: {0,6}(?<pid>\d+)/),
]

// Up to 5.11: name, state, free stack, pid, parent, flags.
const OLD_TASK = of(
  /^(?<task>\S.{0,14}?) +[A-Zx](?: *\d{1,6} +| +running task +)(?<pid>\d{1,10}) +\d{1,10} 0x[0-9a-f]{8}$/,
)
const OLD_FLAGS = ' 0x00000000'.length

const tasksFor = byLead(TASKS, ({ re }) => re)

const numberOf = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits))

/** The task that a header line, or the line below it, names. */
export const parseTask = (text: string): TaskInfo | undefined => {
  for (const form of tasksFor(text)) {
    const found = form.word === '' || text.includes(form.word) ? taskOf(form, text) : undefined
    if (found !== undefined) return found
  }
  return text.startsWith(' 0x', text.length - OLD_FLAGS) ? taskOf(OLD_TASK, text) : undefined
}

const taskOf = ({ re }: TaskForm, text: string): TaskInfo | undefined => {
  const groups = re.exec(text)?.groups
  return groups && { task: groups.task || undefined, pid: numberOf(groups.pid), cpu: numberOf(groups.cpu) }
}

/** The task that a line names, parsed once. */
export const taskIn = ofText(parseTask)

const KINDS: Readonly<Record<string, Access['kind']>> = { read: 'read', write: 'write', free: 'free', fetch: 'exec' }

const ACCESSES: readonly RegExp[] = [
  /^(?<kind>Read|Write|Free) (?:of )?(?:size (?<size>\d+) )?(?:at addr |addr |by task )/,
  /^#PF: supervisor (?<kind>read|write|instruction fetch) access/,
  /^BUG: KFENCE: \S+(?: \S+)? (?<kind>read|write) in/,
  /^(?<kind>read|write)(?:-write)? to 0x[0-9a-f]+ of (?<size>\d+) bytes by/,
  /^(?:race at unknown origin, with )?(?<kind>read|write) \(?.*of (?<size>\d+) bytes/,
  /^Unable to handle kernel (?<kind>write) to read-only/,
  /^Unable to handle kernel (?<kind>read|write) /,
]

const accessesFor = byLead(ACCESSES, (re) => re)

const armAccess = (text: string): Access | undefined => {
  if (!text.includes('WnR = ')) return undefined
  const wnr = /^(?:CM = \d, )?WnR = ([01])/.exec(text)
  return wnr === null ? undefined : { kind: wnr[1] === '1' ? 'write' : 'read', size: null }
}

/** `Read of size 8 at addr …`, and how other detectors print the access. */
export const parseAccess = (text: string): Access | undefined => {
  for (const re of accessesFor(text)) {
    const groups = re.exec(text)?.groups
    if (groups === undefined) continue
    const word = (groups.kind ?? '').toLowerCase().split(' ').pop() ?? ''
    return { kind: KINDS[word] ?? null, size: numberOf(groups.size) ?? null }
  }
  return armAccess(text)
}

/** The access that a line names, parsed once. */
export const accessIn = ofText(parseAccess)
