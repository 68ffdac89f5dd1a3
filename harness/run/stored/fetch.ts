// SPDX-License-Identifier: MIT
import { mkdir, rm } from 'node:fs/promises'
import { keyOfMade, type Made, readMade, whyMadeOtherwise, whyNotMadeSo } from '../../bundle/made.ts'
import { type Bundle, openBundle } from '../../bundle/open.ts'
import { UsageError } from '../../model/errors.ts'
import type { Store } from '../../store/model.ts'

/** Why an opened bundle is not the one that was asked for; undefined when it is. */
const whyNotWanted = async (bundle: Bundle, wanted: Made): Promise<string | undefined> => {
  const made = await readMade(bundle)
  return typeof made === 'string' ? made : (whyMadeOtherwise(made, wanted) ?? whyNotMadeSo(bundle, made))
}

/** The bundle that was made from this, unpacked into the new folder `dir`. What is not exactly that is refused, and reported. */
export const fetchBundle = async (store: Store, wanted: Made, dir: string): Promise<Bundle | undefined> => {
  const key = keyOfMade(wanted)
  const file = `${dir}.tar.zst`
  const refuse = async (why: string): Promise<undefined> => {
    store.refuse('bundle', key, why)
    await rm(dir, { recursive: true, force: true })
  }
  if (!(await store.get('bundle', key, file))) return undefined
  try {
    await mkdir(dir)
    const bundle = await openBundle(file, dir)
    const why = await whyNotWanted(bundle, wanted)
    return why === undefined ? bundle : await refuse(why)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return await refuse(error.message.replace(`${file}: `, ''))
  } finally {
    await rm(file, { force: true })
  }
}
