// SPDX-License-Identifier: MIT
import type { Fail } from '../../inputs/hold/fail.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import type { KernelCode } from './code.ts'
import { fileOf, type Host, hostsOf } from './inlined.ts'
import { isPartial, type KernelFunction } from './table.ts'

// A static function of a header is in the object of the functions beside it.
const NEIGHBOURS = 6

const sourceOf = async (code: KernelCode, of: KernelFunction): Promise<string> => {
  const index = code.table.functions.indexOf(of)
  for (let distance = 0; distance <= NEIGHBOURS; distance += 1)
    for (const near of [code.table.functions[index + distance], code.table.functions[index - distance]]) {
      const [body] = near === undefined ? [] : await code.bodies([near])
      const file = body === undefined ? undefined : fileOf(body)
      if (file?.endsWith('.c')) return file
    }
  return 'an unknown file'
}

const failAmbiguous = async (code: KernelCode, name: string, found: readonly KernelFunction[], fail: Fail) => {
  const files: string[] = []
  for (const one of found) files.push(await sourceOf(code, one))
  return fail(
    `${found.length} functions are named ${name}: in ${files.join(', ')}`,
    'the kernel finds a function by its name only: name another function, or a line of its caller',
  )
}

const listHosts = (hosts: readonly Host[]): string => {
  const shown = hosts.slice(0, 6).map(({ name, place }) => `${name} (${place})`)
  return `${shown.join(', ')}${hosts.length > 6 ? ` and ${hosts.length - 6} more` : ''}`
}

const failInlined = (name: string, hosts: readonly Host[], fail: Fail): never => {
  const [first] = hosts
  // A line of a header is in every function that uses it, and cannot be held.
  const line = hosts.find(({ place }) => /\.c:\d+$/.test(place))
  return fail(
    `${name} has no code of its own in this kernel: it was inlined into ${listHosts(hosts)}`,
    `write ${first!.name}>${name} for where its code begins in ${first!.name}${line ? `, or a line such as ${line.place}` : ''}`,
  )
}

const failAbsent = async (code: KernelCode, name: string, fail: Fail): Promise<never> => {
  if (code.table.markers.has(name)) return fail(`${name} is not a function`, 'name a function of the kernel')
  const hosts = await hostsOf(code, name)
  if (hosts.length > 0) return failInlined(name, hosts, fail)
  return fail(
    `this kernel has no function ${name}${didYouMean(name, [...code.table.byName.keys()])}`,
    "name a function that this tree, config and architecture have: see System.map in the kernel's build folder",
  )
}

const failClones = (name: string, clones: readonly KernelFunction[], fail: Fail): never =>
  fail(
    `the compiler made ${clones.length} copies of ${name}: ${clones.map((clone) => clone.name).join(', ')}`,
    'name one of them',
  )

const requireProbed = (code: KernelCode, found: KernelFunction, fail: Fail): KernelFunction => {
  const why = code.table.refusal(found)
  if (why !== undefined) fail(`${found.name} ${why}`, 'name one of its callers, or another function')
  return found
}

/** The function of this name; fails with where its code is when it has no symbol, and when no probe can be in it. */
export const findFunction = async (code: KernelCode, name: string, fail: Fail): Promise<KernelFunction> => {
  const exact = code.table.byName.get(name) ?? []
  if (exact.length > 1) return failAmbiguous(code, name, exact, fail)
  const clones = code.table.clones.get(name) ?? []
  const [found] = exact.length === 1 ? exact : clones
  if (found === undefined) return failAbsent(code, name, fail)
  if (exact.length === 0 && clones.length > 1) return failClones(name, clones, fail)
  return requireProbed(code, found, fail)
}

/** Whether the start of this code is where calls of its function arrive. */
export const hasEntry = ({ name }: KernelFunction): boolean => !isPartial(name)
