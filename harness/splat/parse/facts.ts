// SPDX-License-Identifier: MIT
import type { Access } from '../model.ts'

export interface Where {
  readonly cpu: number | null
  readonly pid: number | null
  readonly task: string | null
  readonly kernel: string | null
}

const CPU_LINE =
  /^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (.+?) (?:Kdump: loaded )?(?:Not tainted|Tainted: [A-Z]?(?: *[A-Z])*) +(\S+)/
const OLD_LINE = /^Pid: (\d+), comm: (.+?) (?:Not tainted|Tainted: [A-Z]?(?: *[A-Z])*) +(\S+)/
// Below `INFO: task hung`, and in lockdep's own heading.
const TAINT_LINE =
  /^(?:(?:Not tainted|Tainted: [A-Z]?(?: *[A-Z])*) +(?=\d)(\S+) #\S+|(?=\d)\S+ #\S+ (?:Not tainted|Tainted: ))/
const NEW_WARNING = /^WARNING: \S+ at \S+, CPU#(\d+): (.+)\/(\d+)$/

/** `CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1`, in its forms from 3.x to today. */
export const parseWhere = (text: string): Where | null => {
  const cpu = CPU_LINE.exec(text)
  if (cpu !== null) return { cpu: Number(cpu[1]), pid: Number(cpu[2]), task: cpu[3] ?? null, kernel: version(cpu[4]) }
  const old = OLD_LINE.exec(text)
  if (old !== null) return { cpu: null, pid: Number(old[1]), task: old[2] ?? null, kernel: version(old[3]) }
  const tainted = TAINT_LINE.exec(text)
  if (tainted !== null) return { cpu: null, pid: null, task: null, kernel: version(tainted[1]) }
  const warning = NEW_WARNING.exec(text)
  if (warning !== null)
    return { cpu: Number(warning[1]), pid: Number(warning[3]), task: warning[2] ?? null, kernel: null }
  return null
}

const version = (text: string | undefined): string | null =>
  text !== undefined && /^\d+\.\d+/.test(text) ? text : null

const TASKS: readonly RegExp[] = [
  /^INFO: task (?<task>.+?):(?<pid>\d+) (?:blocked|can't die|<)/,
  /^(?:watchdog: |NMI watchdog: )?BUG: soft lockup - CPU#(?<cpu>\d+) stuck for \d+s! \[(?<task>.+):(?<pid>\d+)\]/,
  /^(?:WARNING: CPU: (?<cpu>\d+) PID: (?<pid>\d+) at )/,
  /^BUG: scheduling while atomic: (?<task>.+)\/(?<pid>\d+)\//,
  /^(?:Out of memory|Memory cgroup out of memory).*?: Kill(?:ed)? process (?<pid>\d+) \((?<task>[^)]+)\)/,
  /^.*Watchdog detected hard LOCKUP on cpu (?<cpu>\d+)/,
  /^(?:Read|Write|Free) .*by task (?<task>.+)\/(?<pid>\d+)$/,
  /^BUG: Bad page (?:state|map) in process (?<task>\S+)/,
  /^in_atomic\(\): \d+, irqs_disabled\(\): \d+,.* pid: (?<pid>\d+), name: (?<task>.+)$/,
  /^comm "(?<task>[^"]+)", pid (?<pid>\d+)/,
  /^(?:.* )?in preemptible \[[0-9a-f]+\] code: (?<task>.+)\/(?<pid>\d+)$/,
  /^(?<task>\S.*)\/(?<pid>\d+) is trying to (?:acquire lock|release lock|lock|contend lock)/,
  /^(?<task>\S.*) invoked oom-killer/,
  /^task:(?<task>\S+) .*\bpid:(?<pid>\d+)/,
]

/** The task that a header line or the line below it names. */
export const parseTask = (text: string): { task: string | null; pid: number | null; cpu: number | null } | null => {
  for (const re of TASKS) {
    const groups = re.exec(text)?.groups
    if (groups === undefined) continue
    const { task, pid, cpu } = groups
    return {
      task: task ?? null,
      pid: pid === undefined ? null : Number(pid),
      cpu: cpu === undefined ? null : Number(cpu),
    }
  }
  return null
}

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

/** `Read of size 8 at addr …` and what other detectors say of the access. */
export const parseAccess = (text: string): Access | null => {
  for (const re of ACCESSES) {
    const groups = re.exec(text)?.groups
    if (groups === undefined) continue
    const word = (groups.kind ?? '').toLowerCase().split(' ').pop() ?? ''
    return { kind: KINDS[word] ?? null, size: groups.size === undefined ? null : Number(groups.size) }
  }
  return armAccess(text)
}

const armAccess = (text: string): Access | null => {
  const wnr = /^(?:CM = \d, )?WnR = ([01])/.exec(text)
  return wnr === null ? null : { kind: wnr[1] === '1' ? 'write' : 'read', size: null }
}
