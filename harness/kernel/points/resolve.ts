// SPDX-License-Identifier: MIT
import { type Fail, failAt } from '../../inputs/hold/fail.ts'
import { formatHold, formatWhom } from '../../inputs/hold/format.ts'
import { isFunction, type Key, type Place, type Point, type PointHold, type Whom } from '../../inputs/hold/model.ts'
import { formatPoint } from '../../inputs/hold/point.ts'
import type { LaneName } from '../../model/results.ts'
import type { KernelCode } from './code.ts'
import { findFunction, hasEntry } from './function.ts'
import { fileOf, hostsIn } from './inlined.ts'
import { type Found, findPlace, type LineIn } from './place.ts'
import { baseName, isClone, type KernelFunction } from './table.ts'

/** A probe as the guest's module takes it. */
export interface Probe {
  readonly symbol: string
  readonly offset: number
  readonly at: 'entry' | 'return'
  /** `-`, `arg0` to `arg5`, `ret`, or `reg:N`: the N-th word of struct pt_regs. */
  readonly key: string
  /** `any`, `kworkers`, `tasks`, `comm:NAME`, `cpu:N` or `from:SYMBOL+0xOFFSET/0xLENGTH`. */
  readonly whom: string
  /** The point as a reader knows it, with its tasks: two points of one place have counters of their own. */
  readonly name: string
}

/** A hold or an override with the probes that it uses. */
export type Armed =
  | {
      readonly text: string
      readonly probe: number
      readonly until: number | null
      readonly us: number
      readonly lanes: readonly LaneName[]
    }
  | {
      readonly text: string
      readonly probe: number
      readonly value: bigint
      readonly calls: number
      readonly lanes: readonly LaneName[]
    }

/** What the guest needs of all holds. */
export interface Points {
  readonly probes: readonly Probe[]
  readonly armed: readonly Armed[]
  /** What the points do not cover in this kernel. */
  readonly notes: readonly string[]
}

const keyText = (code: KernelCode, key: Key | null, fail: Fail): string => {
  if (key === null) return '-'
  if (key.kind !== 'register') return key.kind === 'ret' ? 'ret' : `arg${key.n}`
  const index = code.arch.registers.indexOf(key.name)
  if (index < 0)
    fail(`${code.arch.name} has no register ${key.name}`, `write argN, or one of ${code.arch.registers.join(' ')}`)
  return `reg:${index}`
}

const checkKey = ({ place, key }: Point, { of, inlined }: Found, fail: Fail): void => {
  if (key?.kind !== 'arg') return
  if (isFunction(place) && isClone(of.name))
    fail(
      `the compiler may have changed the arguments of ${of.name}: arg${key.n} would not be that of the source`,
      'write the register that has the value, or a function that calls it',
    )
  if (inlined)
    fail(
      `the callee was inlined into ${of.name}: its arguments are in no known register`,
      'write the register that has the value',
    )
}

/** The name under which the guest's kernel finds this code: it looks for the first symbol of a name. */
const onlyName = ({ table }: KernelCode, { name, names }: KernelFunction, fail: Fail): string =>
  names.find((one) => table.byName.get(one)?.length === 1) ??
  fail(
    `it is in ${name}, and ${table.byName.get(name)?.length} functions are named so: the kernel finds a function by its name only`,
    'name a place in its caller',
  )

const hex = (value: number | bigint): string => `0x${value.toString(16)}`

const whomText = async (code: KernelCode, whom: Whom, fail: Fail): Promise<string> => {
  switch (whom.kind) {
    case 'task':
      return `comm:${whom.name}`
    case 'cpu':
      return `cpu:${whom.n}`
    case 'from': {
      const failFrom: Fail = (wrong) =>
        fail(`in calls from ${whom.symbol}: ${wrong}`, 'name a function that has code of its own')
      const found = await findFunction(code, whom.symbol, failFrom)
      return `from:${onlyName(code, found, failFrom)}+0x0/${hex(found.size)}`
    }
    default:
      return whom.kind
  }
}

/** Whether a place means a function wherever its code is. */
const namesFunction = (place: Place): boolean => isFunction(place) || place.kind === 'call'

/** Where else the code of a function is: a probe on it does not see the calls there. */
const copiesOf = async (code: KernelCode, { of }: Found): Promise<readonly string[]> => {
  const [body] = await code.bodies([of])
  const file = fileOf(body!)
  const bodies = file?.endsWith('.c') ? await code.bodiesOf(file) : undefined
  const clones = (code.table.clones.get(of.name) ?? []).map(({ name }) => name)
  const hosts = hostsIn(bodies ?? [], baseName(of.name)).map(({ name }) => name)
  return [
    ...(clones.length === 0 ? [] : [`the compiler also made ${clones.join(', ')} of ${of.name}: not held there`]),
    ...(hosts.length === 0 ? [] : [`${of.name} is also inlined into ${hosts.join(', ')}: not held there`]),
  ]
}

const probeOf = async (
  code: KernelCode,
  point: Point,
  whom: Whom,
  lineIn: LineIn | undefined,
  fail: Fail,
): Promise<{ readonly probe: Probe; readonly notes: readonly string[] }> => {
  const found = await findPlace(code, point.place, lineIn, fail)
  if (isFunction(point.place) && !hasEntry(found.of))
    fail(`${found.of.name} is a part of a function, which is not entered by calls of it`, 'name a line')
  checkKey(point, found, fail)
  const probe: Probe = {
    symbol: onlyName(code, found.of, fail),
    offset: found.offset,
    at: point.at,
    key: keyText(code, point.key, fail),
    whom: await whomText(code, whom, fail),
    name: `${formatPoint(point, 'held')}${formatWhom(whom)}`,
  }
  return { probe, notes: [...found.notes, ...(namesFunction(point.place) ? await copiesOf(code, found) : [])] }
}

const sameProbe = (a: Probe, b: Probe): boolean =>
  a.symbol === b.symbol && a.offset === b.offset && a.at === b.at && a.key === b.key && a.whom === b.whom

/** Collects probes, each once. */
class Probes {
  readonly all: Probe[] = []

  add(probe: Probe): number {
    const known = this.all.findIndex((one) => sameProbe(one, probe))
    return known < 0 ? this.all.push(probe) - 1 : known
  }
}

const ANY: Whom = { kind: 'any' }

/**
 * Finds the probes of all holds in a built kernel. A place that it does not have, or where the kernel refuses probes, is a
 * UsageError that says what to write instead. Lines are those of the tree; `lineIn` gives those of a patched source.
 */
export const resolveHolds = async (holds: readonly PointHold[], code: KernelCode, lineIn?: LineIn): Promise<Points> => {
  const probes = new Probes()
  const armed: Armed[] = []
  const notes = new Set<string>()
  for (const hold of holds) {
    const text = formatHold(hold)
    const fail = failAt(`'${text}'`)
    const take = async (point: Point, whom: Whom): Promise<number> => {
      const found = await probeOf(code, point, whom, lineIn, fail)
      for (const note of found.notes) notes.add(note)
      return probes.add(found.probe)
    }
    const probe = await take(hold.point, hold.whom)
    const { lanes } = hold
    if (hold.kind === 'override') armed.push({ text, probe, value: hold.value, calls: hold.calls, lanes })
    else {
      const until = hold.until === null ? null : await take(hold.until, ANY)
      armed.push({ text, probe, until, us: hold.us, lanes })
    }
  }
  return { probes: probes.all, armed, notes: [...notes] }
}
