// SPDX-License-Identifier: MIT
import { statfsSync } from 'node:fs'

// Of ext4, xfs, btrfs, tmpfs, f2fs, zfs, overlayfs and bcachefs.
const LOCAL = [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1, 0x794c7630, 0xca451a4e]

/** Whether only this host writes to the file system of a folder: its clock sets the times, its kernel sees each change. */
export const isLocal = (dir: string): boolean => LOCAL.includes(statfsSync(dir).type)
