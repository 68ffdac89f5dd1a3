// SPDX-License-Identifier: MIT

interface Guarded {
  /** Restores the terminal. */
  readonly release: () => void
  readonly resume: () => void
}

const DEADLY = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** Restores the terminal however the process ends or stops; returns what ends this guard. */
export const guardTerminal = ({ release, resume }: Guarded): (() => void) => {
  const onDeath = (signal: NodeJS.Signals): void => {
    // Another listener ends the run, and the renderer with it.
    if (process.listenerCount(signal) > 1) return
    release()
    process.off(signal, onDeath)
    process.kill(process.pid, signal)
  }
  const onStop = (): void => {
    release()
    process.kill(process.pid, 'SIGSTOP')
  }
  for (const signal of DEADLY) process.on(signal, onDeath)
  process.on('SIGTSTP', onStop)
  process.on('SIGCONT', resume)
  process.on('exit', release)
  return () => {
    for (const signal of DEADLY) process.off(signal, onDeath)
    process.off('SIGTSTP', onStop)
    process.off('SIGCONT', resume)
    process.off('exit', release)
  }
}
