// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'
import type { Terminal } from '../../vm/debug/model.ts'

// Ctrl-], as in telnet.
const LEAVE = 0x1d

/** Throws unless a person can type here. */
export const requireTerminal = ({ stdin, stdout }: Pick<NodeJS.Process, 'stdin' | 'stdout'> = process): void => {
  if (stdin.isTTY && stdout.isTTY) return
  throw new UsageError(
    '--shell: standard input or output is not a terminal',
    'run it in a terminal, or in one that script(1) makes: script -qc "zsharness replay RUN/CELL --shell"',
  )
}

/** This process's terminal; `onConnected` hears when the guest has it. */
export const ownTerminal = (onConnected: (connected: boolean) => void): Terminal => ({
  show: (bytes) => void process.stdout.write(bytes),
  connect: (type, leave) => {
    const { stdin } = process
    const onData = (bytes: Buffer): void => {
      const at = bytes.indexOf(LEAVE)
      type(at < 0 ? bytes : bytes.subarray(0, at))
      if (at >= 0) leave()
    }
    const restore = (): void => void stdin.setRawMode(false)
    // However this process ends.
    process.once('exit', restore)
    onConnected(true)
    stdin.setRawMode(true)
    stdin.on('data', onData).resume()
    return {
      [Symbol.dispose]: () => {
        stdin.off('data', onData).pause()
        restore()
        process.off('exit', restore)
        process.stdout.write('\r\n')
        onConnected(false)
      },
    }
  },
})

/** `24x80`: rows and columns of this terminal; a pseudo terminal may have none. */
export const terminalSize = ({ rows, columns }: Partial<NodeJS.WriteStream> = process.stdout): string =>
  `${rows || 24}x${columns || 80}`
