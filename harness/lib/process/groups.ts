// SPDX-License-Identifier: MIT

const groups = new Set<number>()

/** Sends a signal to a process group; a group that has ended is left alone. */
export const signalGroup = (pid: number | undefined, name: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // The group has ended already.
  }
}

/** Remembers the group of a child, by its leader, until `forgetGroup`. */
export const rememberGroup = (pid: number | undefined): void => {
  if (pid !== undefined) groups.add(pid)
}

/** The group has ended. Its number may be given to another one. */
export const forgetGroup = (pid: number | undefined): void => {
  if (pid !== undefined) groups.delete(pid)
}

/** Kills all groups at once, for a harness that ends without waiting for them. */
export const killGroups = (): void => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL')
  groups.clear()
}
