// SPDX-License-Identifier: MIT
import { limitsFor } from '../../vm/limits.ts'
import { bootMachine } from '../../vm/machine.ts'
import { fakeBoot } from './fake.ts'

// A boot in a process of its own, for tests that stop it: main.ts DIR BINARY SILENCE_S prints how the boot ended.
const [dir, binary, silenceS] = process.argv.slice(2) as [string, string, string]
const limits = { ...limitsFor('tcg'), silenceS: Number(silenceS), rcuStallS: 4 }
const listener = {
  onConsole: () => {
    process.stdout.write('running\n')
    return undefined
  },
  onRecord: () => 'lanes' as const,
}
process.stdout.write(`${JSON.stringify(await bootMachine(fakeBoot(dir, binary, { limits }), listener))}\n`)
