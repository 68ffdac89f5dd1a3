// SPDX-License-Identifier: MIT
import type { Guilty, Maintainer } from '../model.ts'

/** `Name <address> (role)`, as get_maintainer.pl prints it. */
export const showMaintainer = ({ name, email, role }: Maintainer): string =>
  [name === null ? email : `${name} <${email}>`, ...(role === '' ? [] : [`(${role})`])].join(' ')

/** The file to blame and its maintainers, a line each; none where nothing is known or was asked. */
export const showGuilty = (guilty: Guilty | null): readonly string[] =>
  guilty === null
    ? []
    : [
        ...(guilty.file === null ? [] : [`file: ${guilty.file}`]),
        ...(guilty.maintainers ?? []).map((one) => `maintainer: ${showMaintainer(one)}`),
        ...(guilty.maintainers?.length === 0 ? ['maintainer: nobody is named for this file'] : []),
        ...(guilty.reason === null
          ? []
          : [`${guilty.file === null ? 'file' : 'maintainers'}: not known: ${guilty.reason}`]),
      ]
